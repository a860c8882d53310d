"""From stored articles to groups: the stages of a night, each kept as it is worked out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from dedupe.counted import frequencies
from dedupe.course import Course
from dedupe.judging import Judging
from dedupe.model import Int64s, Profile
from dedupe.neighbourhood import Neighbourhood
from dedupe.night.anew import Anew
from dedupe.night.inputs import Inputs, Progress, with_links
from dedupe.night.lean import with_vectors
from dedupe.night.ports import Checkpoints
from dedupe.night.texts import StoredTexts
from dedupe.plan import Settled, settled
from dedupe.ports import Runner, Store, VectorIndex, Writer
from dedupe.reading import ArticleReader
from dedupe.recluster import copy_links, nearest
from dedupe.settings import Settings
from dedupe.state import CopyLink
from dedupe.terms.background import Frequencies


class Stages:
    """Works out the groups of a set of stored articles."""

    def __init__(  # noqa: PLR0913 - one argument for each part it is made of
        self,
        *,
        store: Store,
        reader: ArticleReader,
        judging: Judging,
        vectors: Callable[[], VectorIndex],
        checkpoints: Checkpoints,
        runner: Runner,
        settings: Settings,
        new_id: Callable[[str], str],
        anew: Anew | None = None,
        give_back: Callable[[], None] | None = None,
    ) -> None:
        """``give_back`` is told when much memory has become free."""
        self._store = store
        self._reader = reader
        self._judging = judging
        self._shipped = judging.background
        self._vectors = vectors
        self._checkpoints = checkpoints
        self._runner = runner
        self._settings = settings
        self._new_id = new_id
        self._anew = anew
        self._give_back = give_back or (lambda: None)
        self._frequencies: Frequencies | None = None

    @property
    def embeds_anew(self) -> bool:
        """The store's vectors are another model's."""
        return self._anew is not None

    def settled(self, inputs: Inputs, progress: Progress) -> tuple[Settled, Neighbourhood]:
        """The groups of the inputs, and what they were made of: with the links that hold now."""
        around = inputs.around
        texts = StoredTexts(self._store, self._reader, [i.profile.id for i in around.items])
        profiles, slim = inputs.told, [item.profile for item in around.items]
        if self._anew is not None:
            items = self._anew.embedded(around.items, texts, progress)
            profiles[:] = with_vectors(profiles, [item.profile.vector for item in items])
        course = Course(progress=progress, checkpoints=self._checkpoints, runner=self._runner)
        near = nearest(profiles, self._vectors(), self._settings, course=course)
        self._give_back()
        links = copy_links(
            profiles, texts.words, self._judging, self._settings, near=near, course=course
        )
        self._count(inputs, profiles, links, near)
        around = with_links(around, links)
        self._give_back()
        batch = self._judging.large_batch(profiles, slim, np.argsort(inputs.keys), self._give_back)
        self._give_back()
        judge = self._judging.judge(around, near=near, course=course, batch=batch)
        self._give_back()
        return settled(around, judge, self._settings, self._new_id), around

    def keep(self, writer: Writer, inputs: Inputs) -> None:
        """What was made for the whole set is stored with it: new vectors, how common terms are."""
        if self._anew is not None:
            self._anew.keep(writer, since=inputs.position)
        found, stored = self._frequencies, writer.frequencies()
        if found is not None and not _same(found, stored):
            version = self._shipped.with_frequencies(found).version
            writer.put_frequencies(found, version=version)

    def _count(
        self,
        inputs: Inputs,
        profiles: Sequence[Profile],
        links: Sequence[CopyLink],
        near: tuple[Int64s, Int64s],
    ) -> None:
        """Verdicts rest on how common terms are in this set; of a part of the store, as stored."""
        found = inputs.frequencies
        if inputs.everything:
            found = self._frequencies = frequencies(
                profiles, links, near, added=inputs.added, position=inputs.position
            )
        known = self._shipped.with_frequencies(found) if found is not None else self._shipped
        self._judging.use(known)


def _same(a: Frequencies, b: Frequencies | None) -> bool:
    """They tell the same of every term."""
    return (
        b is not None
        and a.stories == b.stories
        and np.array_equal(a.keys, b.keys)
        and np.array_equal(a.counts, b.counts)
    )
