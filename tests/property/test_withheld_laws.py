"""Posts, kills, holds, embargoes, releases and deletions in any order: nothing hidden is told."""

from __future__ import annotations

import random

import pytest

from tests.e2e.test_withheld import FILLER, HOURS, opened, rfc

OTHER_FILLER = (
    "Bakers in Tremolo Bay want to sell bread on Sundays. The council hears them in June, and the church has "
    "asked to be heard before it. Nobody has sold bread there on a Sunday since 1911, an old man said at the mill. "
)
MARK = "The word is "


class Feed:
    """Three sources that file, change and withdraw five pieces."""

    def __init__(self, house, seed):
        self.house, self.chance, self.step, self.last = house, random.Random(seed), 0, {}

    def act(self):
        """One thing happens."""
        self.step += 1
        number, source = self.chance.randrange(5), self.chance.choice(["Wire", "Herald", "Post"])
        piece = {"id": f"x{number}", "source": source, "published": rfc(self.chance.randrange(20))}
        piece["title"] = f"Title number {number % 2} about the matter"
        doing = (
            [self.file] * 4
            + [self.embargo, self.order, self.notice, self.wait, self.repeat]
            + [self.edit] * 3
        )
        self.chance.choice(doing)(piece, number)

    def text(self, number):
        word = f"secret{number}step{self.step}"
        whole = FILLER if number % 2 else OTHER_FILLER
        return f"{whole}{MARK}{word} and nothing else was said in the evening by the people there."

    def file(self, piece, number, **metadata):
        stated = self.chance.choice([self.step, self.step, self.step // 2, None])
        metadata = {"version": stated, **metadata}
        self.last = {**piece, "body": self.text(number), "metadata": metadata}
        self.house.post(**self.last)

    def repeat(self, *_):
        if self.last:
            self.house.post(**self.last)

    def embargo(self, piece, number):
        now = self.house.clock.hours - HOURS
        hour = rfc(now + self.chance.choice([-1, 1, 5]))
        self.file(piece, number, embargoed=self.chance.choice([hour, hour, hour, "noon"]))

    def order(self, piece, number):
        status = self.chance.choice(["canceled", "withheld", "withheld"])
        order = {"pubStatus": status, "version": self.step - self.chance.choice([0, 0, 3])}
        words = {"title": piece["title"], "body": self.text(number)} if self.step % 2 else {}
        self.last = {"id": piece["id"], "source": piece["source"], **order, **words}
        self.house.post(**self.last)

    def notice(self, piece, _):
        title = self.chance.choice(["STORY WITHDRAWN", "HOLD HOLD HOLD", "HOLD LIFTED"])
        names = {"links": [{"rel": "replaces", "id": piece["id"]}]}
        told = {"id": f"n{self.step}", "title": title, "body": "See the note.", "metadata": names}
        self.house.post(source=piece["source"], **told)

    def wait(self, *_):
        self.house.clock.hours += self.chance.choice([1, 4, 7])
        if self.chance.random() < 0.5:
            self.house.service.due()

    def edit(self, *_):
        ids = [each["id"] for each in self.house.get("/v1/articles", limit=500)["items"]]
        if not ids:
            return
        path = f"/v1/articles/{self.chance.choice(ids)}"
        client = self.house.client
        done = self.chance.choice(
            [
                lambda: client.delete(path, params={"kill": "true"}),
                lambda: client.delete(path),
                lambda: client.post(f"{path}/hold"),
                lambda: client.post(f"{path}/release"),
                lambda: client.post(f"{path}/release", params={"what": "all"}),
            ]
        )()
        assert done.status_code in {200, 204}, done.text


@pytest.mark.parametrize("seed", [2])
def test_whatever_happens_nothing_hidden_is_told(tmp_path, seed):
    """After every step all promises hold; at the end no word that only hidden articles hold is told."""
    for house in opened(tmp_path, purge_killed_after=6.0):
        house.clock.hours += 20
        feed = Feed(house, seed)
        for _ in range(24):
            feed.act()
            with house.service.store.read() as reader:
                # A version whose hour came is elected within the minute, by the machine's clock.
                assert [one for one in reader.verify() if "newest usable" not in one] == []
        told = house.everything().lower()
        words = {True: set(), False: set()}
        with house.service.store.read() as reader:
            ids = reader.article_ids(after=None, limit=99)
            for name, text in reader.texts(ids).items():
                seen = house.service.hidden(reader, name).usable
                words[seen] |= {part.split()[0] for part in text.body.split(MARK)[1:]}
        assert not [word for word in words[False] - words[True] if word in told]
