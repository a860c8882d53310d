"""News-like articles made up by a seeded generator: the same seed, the same articles.

    python -m benchmarks.generate --articles 20000 --seed 1 > articles.jsonl

No text comes from elsewhere: sentences are put together from lists of single words, and names of
people, places, organisations and outlets from syllables. An *event* is a topic with its own
people, places, numbers and facts; an article tells some of the facts. Beside articles that stand
alone there are pieces about the same event in other words, copies, excerpts, courtesy reposts and
updates, in the shares that ``Mix`` states; each line says in ``kind`` and ``of`` which it is.
"""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

import orjson

from benchmarks import lexicon

Row = dict[str, Any]
START = datetime(2024, 3, 4, tzinfo=UTC)
RECENT = 3000
"""Articles back that a copy or a piece about the same event may follow."""
FLAT = 4.0
"""Flattens Zipf's law at the head of a list (Mandelbrot's q)."""
OWN_WORDS, OWN_SHARE = 40, 0.6
"""Rare words that an event has to itself, and their share of all nouns."""
FACTS = 60
"""Facts of one event; an article tells 5 to all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Shares of the kinds of articles; what is left stands alone."""

    same_story: float = 0.20
    copy: float = 0.12
    excerpt: float = 0.04
    repost: float = 0.06
    update: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a sentence says: subject, verb, object and the circumstances, in any wording."""

    subject: str
    verb: str
    object: str
    place: str
    number: str
    speaker: str
    nouns: tuple[str, str]
    """What the circumstances are about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What articles are about."""

    headline: tuple[str, str, str, str]
    facts: tuple[Fact, ...]
    at: datetime
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article with the event it is about and its paragraphs."""

    row: Row
    event: Event
    paragraphs: tuple[str, ...]


def articles(seed: int, *, mix: Mix | None = None, per_day: int = 450) -> Iterator[Row]:
    """Articles without end, in order of publication."""
    newsroom = _Newsroom(Random(seed), mix or Mix(), per_day)
    while True:
        yield newsroom.next()


class _Newsroom:
    """Makes one article after the other and remembers the recent ones."""

    def __init__(self, random: Random, mix: Mix, per_day: int) -> None:
        self._random = random
        self._mix = mix
        self._step = timedelta(days=1) / per_day
        self._made = 0
        self._recent: deque[Told] = deque(maxlen=RECENT)
        self._outlets = [f"{self._name(2)} {self._pick(lexicon.PAPERS)}" for _ in range(400)]
        self._places = [self._name(self._random.randint(2, 3)) for _ in range(3000)]

    def next(self) -> Row:
        """The next article."""
        at = START + self._made * self._step
        self._made += 1
        told = self._derived(at) if len(self._recent) > 20 else None
        told = told or self._alone(at)
        self._recent.append(told)
        return told.row

    def _derived(self, at: datetime) -> Told | None:
        """A piece that follows a recent one, or None where this one is to stand alone."""
        # Most followers come within hours: recent articles are drawn most often.
        back = int(len(self._recent) * self._random.random() ** 3)
        of = self._recent[-1 - back]
        mix, drawn = self._mix, self._random.random()
        for kind, share in (
            ("same_story", mix.same_story),
            ("copy", mix.copy),
            ("excerpt", mix.excerpt),
            ("repost", mix.repost),
            ("update", mix.update),
        ):
            if drawn < share:
                return self._follow(kind, of, at)
            drawn -= share
        return None

    def _alone(self, at: datetime) -> Told:
        event = self._event(at)
        outlet = self._pick(self._outlets)
        return self._told(event, self._headline(event), self._story(event, at), outlet, at)

    def _follow(self, kind: str, of: Told, at: datetime) -> Told:
        outlet = of.row["source"] if kind == "update" else self._pick(self._outlets)
        title, paragraphs = of.row["title"], of.paragraphs
        if kind == "same_story":
            title, paragraphs = self._headline(of.event), self._story(of.event, at)
        elif kind == "excerpt":
            kept = max(1, int(len(paragraphs) * self._random.uniform(0.3, 0.7)))
            paragraphs = paragraphs[:kept]
        elif kind == "repost":
            paragraphs = (*paragraphs, f"(Courtesy: {of.row['source']})")
        elif kind == "update":
            paragraphs = (*paragraphs, *self._story(of.event, at)[-2:])
        else:
            title = title if self._random.random() < 0.6 else self._headline(of.event)
            paragraphs = self._edited(paragraphs)
        made = self._told(of.event, title, paragraphs, outlet, at)
        made.row.update(kind=kind, of=of.row["id"])
        return made

    def _edited(self, paragraphs: Sequence[str]) -> tuple[str, ...]:
        """The same text as another desk prints it: one paragraph left out, some words changed."""
        kept = list(paragraphs)
        if len(kept) > 3 and self._random.random() < 0.5:
            kept.pop(self._random.randrange(1, len(kept)))
        if self._random.random() < 0.5:
            at = self._random.randrange(len(kept))
            kept[at] = kept[at].replace(" said", " told journalists").replace(" but ", " although ")
        return tuple(kept)

    def _told(
        self, event: Event, title: str, paragraphs: Sequence[str], outlet: str, at: datetime
    ) -> Told:
        name = f"{self._made:07d}"
        host = outlet.lower().replace(" ", "-") + ".example"
        row = {
            "id": name,
            "title": title,
            "body": "\n\n".join(paragraphs),
            "source": outlet,
            "url": f"https://{host}/{at:%Y/%m/%d}/{name}",
            "published": at.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "lang": "en",
            "kind": "alone",
            "of": None,
        }
        return Told(row=row, event=event, paragraphs=tuple(paragraphs))

    def _event(self, at: datetime) -> Event:
        topic = self._pick(list(lexicon.TOPICS.values()))
        own = [self._rare() for _ in range(OWN_WORDS)]
        people = [f"{self._name(2)} {self._name(3)}" for _ in range(5)]
        bodies = [f"{self._name(3)} {self._pick(lexicon.BODIES)}" for _ in range(3)]
        places = [self._pick(self._places) for _ in range(4)]
        facts = tuple(self._fact(topic, own, people, bodies, places) for _ in range(FACTS))
        headline = (bodies[0], self._pick(topic.verbs), self._noun(topic, own), places[0])
        return Event(headline=headline, facts=facts, at=at, place=places[0])

    def _fact(
        self,
        topic: lexicon.Topic,
        own: Sequence[str],
        people: Sequence[str],
        bodies: Sequence[str],
        places: Sequence[str],
    ) -> Fact:
        of = self._random.random()
        subject = self._noun_phrase(topic, own)
        if of < 0.45:
            subject = self._pick(people if of < 0.2 else bodies)
        return Fact(
            subject=subject,
            verb=self._zipf(topic.verbs),
            object=self._noun_phrase(topic, own),
            place=self._zipf(places),
            number=self._number(),
            speaker=self._zipf(people),
            nouns=(self._noun(topic, own), self._noun(topic, own)),
        )

    def _story(self, event: Event, at: datetime) -> tuple[str, ...]:
        """Paragraphs that tell some of the facts in words of their own."""
        # Median 22 sentences of some 18 words.
        sentences = min(FACTS, max(5, round(self._random.lognormvariate(3.1, 0.5))))
        order = sorted(self._random.sample(range(FACTS), sentences))
        told = [self._sentence(event.facts[k]) for k in order]
        told[0] = f"{event.place.upper()}, {at:%B} {at.day} - {told[0]}"
        out, start = [], 0
        while start < len(told):
            size = self._random.randint(1, 3)
            out.append(" ".join(told[start : start + size]))
            start += size
        return tuple(out)

    def _sentence(self, fact: Fact) -> str:
        clause = f"{fact.subject} {fact.verb} {fact.object}"
        parts = [
            self._pick(lexicon.OPENINGS),
            clause,
            self._pick(lexicon.CIRCUMSTANCES),
            self._pick(lexicon.CLOSINGS),
        ]
        sentence = " ".join(part for part in parts if part).format(
            place=fact.place,
            number=fact.number,
            speaker=fact.speaker,
            day=self._pick(lexicon.WEEKDAYS),
            unit=self._zipf(lexicon.UNITS),
            adjective=self._zipf(lexicon.ADJECTIVES),
            noun=fact.nouns[0],
            other=fact.nouns[1],
            verb=self._zipf(lexicon.VERBS),
        )
        sentence = sentence.replace(" ,", ",")
        return sentence[0].upper() + sentence[1:] + "."

    def _headline(self, event: Event) -> str:
        body, verb, noun, place = event.headline
        form = self._pick(lexicon.HEADLINES)
        return form.format(
            body=body, verb=verb, noun=noun, place=place, adjective=self._zipf(lexicon.ADJECTIVES)
        )

    def _noun_phrase(self, topic: lexicon.Topic, own: Sequence[str]) -> str:
        adjective = self._zipf(lexicon.ADJECTIVES) + " " if self._random.random() < 0.5 else ""
        return f"{self._pick(lexicon.DETERMINERS)} {adjective}{self._noun(topic, own)}"

    def _noun(self, topic: lexicon.Topic, own: Sequence[str]) -> str:
        """A word of the event alone, of its topic, or of any text."""
        among = self._random.random()
        if among < OWN_SHARE:
            return str(self._pick(own))
        return self._zipf(topic.nouns if among < (1.0 + OWN_SHARE) / 2 else lexicon.NOUNS)

    def _rare(self) -> str:
        """One of some 20,000 words that few events use."""
        return "".join(self._pick(lexicon.SYLLABLES) for _ in range(2)) + self._pick(
            lexicon.ENDINGS
        )

    def _number(self) -> str:
        size = self._random.lognormvariate(4.0, 2.5)
        return f"{size:.1f}" if size < 20 else f"{int(size):,}"

    def _name(self, syllables: int) -> str:
        return "".join(self._pick(lexicon.SYLLABLES) for _ in range(syllables)).capitalize()

    def _pick(self, among: Sequence[Any]) -> Any:
        return among[int(self._random.random() * len(among))]

    def _zipf(self, among: Sequence[str]) -> str:
        """One of a list: the word at place k with probability proportional to 1 / (k + FLAT)."""
        return among[int(FLAT * ((len(among) / FLAT + 1) ** self._random.random() - 1))]


def main() -> None:
    """Write articles to standard output as JSON lines."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    for row in islice(articles(given.seed), given.articles):
        sys.stdout.buffer.write(orjson.dumps(row) + b"\n")


if __name__ == "__main__":
    main()
