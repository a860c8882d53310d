"""The use case: everything that is stored judged at once, told as a plan, applied in one switch.

Worked out without the judge's lock, in stages whose outputs are kept, so that a run that is killed
goes on where it stopped; posts are taken meanwhile. The switch is one transaction. What somebody
else has touched since the articles were looked at is left for the next night.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from dedupe.candidates import Candidates
from dedupe.errors import BadInput, NightOverran, SamestoryError, StoreMoved
from dedupe.night.before import before
from dedupe.night.changes import without
from dedupe.night.inputs import Inputs, Progress, looked_at
from dedupe.night.outcome import differing
from dedupe.night.pin import pinned
from dedupe.night.ports import Checkpoints
from dedupe.night.records import NightPlan, NightRecord, NightState, Review
from dedupe.night.review import churned, review
from dedupe.night.scope import everything, recent
from dedupe.night.stages import Stages
from dedupe.night.undo import fitted, inverse, packed, unpacked
from dedupe.ports import Reader, Store, Writer
from dedupe.settings import Settings
from dedupe.state import Event, Plan
from dedupe.withheld.disclosure import disclosed
from dedupe.withheld.orders import Orders

EVENTS = 1000
"""Lines of the change log read at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """A night worked out."""

    told: NightPlan
    inputs: Inputs
    resumed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A night that is over."""

    record: NightRecord
    plan: NightPlan
    left: int = 0
    """Changes left for the next night, since articles that came or changed meanwhile touch them."""


class Night:
    """Works nights out, applies them and takes the last one back."""

    def __init__(
        self,
        *,
        store: Store,
        stages: Stages,
        candidates: Callable[[Reader], Candidates],
        checkpoints: Checkpoints,
        settings: Settings,
        versions: Mapping[str, str],
        clock: Callable[[], float],
        progress: Progress,
    ) -> None:
        self._store = store
        self._stages = stages
        self._candidates = candidates
        self._checkpoints = checkpoints
        self._settings = settings
        self._versions = versions
        self._clock = clock
        self._progress = progress

    def run(self, since: float | None = None, *, limit: float | None = None) -> Done:
        """A night is worked out and applied; the record of it is in the store.

        Args:
            since: hours back of what is looked at; None: everything.
            limit: hours that it may take.

        Raises:
            NightBusy: another night is running.
            NightOverran: it took longer; nothing was changed, and the next run goes on.
        """
        with self._store.night_lock():
            record = self._begun(since)
            try:
                worked = self._worked(since, self._until(limit))
                done = self._switched(worked, record)
            except BaseException as error:
                self._ended(_failed(record, error, self._clock()))
                raise
            self._checkpoints.clear()
            return done

    def plan(self, since: float | None = None, *, limit: float | None = None) -> NightPlan:
        """What a night would change now; the store stays as it is.

        What was worked out is kept: a night that follows begins with it.
        """
        with self._store.night_lock():
            return self._worked(since, self._until(limit)).told

    def apply(self, plan: NightPlan) -> Done:
        """Exactly this plan is carried out.

        Raises:
            StoreMoved: the store is not as the plan saw it.
            NightBusy: another night is running.
        """
        with self._store.night_lock():
            with self._store.read() as reader:
                self._unmoved(reader, plan)
                inputs = before(reader, plan.plan)
            record = self._begun(plan.since)
            try:
                with self._store.write() as writer:
                    self._unmoved(writer, plan)
                    done = self._carried_out(writer, plan, inputs, record)
            except BaseException as error:
                self._ended(_failed(record, error, self._clock()))
                raise
            return done

    def nights(self, *, limit: int = 60) -> Sequence[NightRecord]:
        """The last nights, the newest first."""
        with self._store.read() as reader:
            return reader.nights(limit=limit)

    def running(self) -> bool:
        """A night is at work, in whichever process."""
        return self._store.night_running()

    def roll_back(self) -> NightRecord:
        """The last night that was applied is undone, as far as its articles are still there.

        Raises:
            StoreMoved: there is no night to undo.
        """
        with self._store.night_lock(), self._store.write() as writer:
            kept = writer.undo()
            record = writer.night(kept[0]) if kept else None
            if kept is None or record is None:
                raise StoreMoved("no night was applied that could be rolled back")
            writer.at_night(record.number)
            self._applied(writer, fitted(unpacked(kept[1]), writer))
            writer.drop_undo()
            over = replace(record, state=NightState.ROLLED_BACK)
            writer.end_night(over)
        self._checkpoints.clear()
        return over

    def _worked(self, since: float | None, progress: Progress) -> Worked:
        if since is not None and self._stages.embeds_anew:
            raise BadInput(
                "--since",
                "leaves articles out, and the model has changed",
                "run it over everything: every vector is made anew",
            )
        with self._store.read() as reader:
            context = (self._versions, self._settings, since, reader.all_constraints())
            pin = pinned(
                reader,
                self._checkpoints,
                context,
                lambda: self._chosen(reader, since, progress),
            )
            whole = not pin.resumed
            inputs = looked_at(
                reader, pin.keys, progress=progress, whole=whole, everything=since is None
            )
        found, around = self._stages.settled(inputs, progress)
        plan, _ = without(differing(found.plan, inputs, around.links), around, inputs.strangers)
        with self._store.read() as reader:
            told = review(
                around,
                replace(found, plan=plan),
                settings=self._settings,
                titles=lambda ids: self._titles(reader, ids),
            )
        return Worked(
            told=self._told(plan, told, inputs, since), inputs=inputs, resumed=pin.resumed
        )

    def _chosen(self, reader: Reader, since: float | None, progress: Progress) -> Any:
        if since is None:
            return everything(reader)
        after = self._clock() - since
        return recent(reader, self._candidates(reader), after, progress=progress)

    def _told(self, plan: Plan, told: Review, inputs: Inputs, since: float | None) -> NightPlan:
        return NightPlan(
            made=self._clock(),
            position=inputs.position,
            cursor=inputs.cursor,
            versions=self._versions,
            since=since,
            articles=len(inputs.around.items),
            plan=plan,
            review=told,
        )

    def _titles(self, reader: Reader, ids: Sequence[str]) -> Mapping[str, str]:
        """Headlines of articles that may be shown."""
        found = disclosed(reader, self._clock()).texts(ids)
        return {name: one.title for name, one in found.items() if one.title}

    def _switched(self, worked: Worked, record: NightRecord) -> Done:
        """The one transaction in which readers go from the old to the new."""
        inputs, told = worked.inputs, worked.told
        with self._store.write() as writer:
            touched = _touched(writer, inputs)
            plan, left = without(told.plan, inputs.around, touched)
            if plan is not told.plan:
                told = replace(
                    told, plan=plan, review=replace(told.review, churn=churned(inputs.around, plan))
                )
            done = self._carried_out(writer, told, inputs, record)
        return replace(done, left=left)

    def _carried_out(
        self, writer: Writer, told: NightPlan, inputs: Inputs, record: NightRecord
    ) -> Done:
        plan = told.plan
        changed = not _empty(plan)
        state = NightState.APPLIED if changed else NightState.UNCHANGED
        over = replace(
            record,
            finished=self._clock(),
            state=state,
            articles=told.articles,
            churn=told.review.churn.figures,
        )
        if changed:
            writer.at_night(record.number)
            back = inverse(plan, inputs.around, inputs.related)
            self._applied(writer, plan)
            writer.keep_undo(record.number, packed(back))
        self._stages.keep(writer, inputs)
        writer.end_night(over)
        return Done(record=over, plan=told)

    def _applied(self, writer: Writer, plan: Plan) -> None:
        """The plan is carried out, and who carries the text of a killed article is flagged."""
        writer.apply(plan)
        if writer.any_withheld():
            clusters = sorted({place.cluster for place in plan.placements})
            after = self._settings.purge_killed_after
            Orders(writer=writer, now=self._clock(), purge_after=after).flag_in(clusters, None)

    def _unmoved(self, reader: Reader, plan: NightPlan) -> None:
        """Nothing has happened in the store since the plan was made.

        Raises:
            StoreMoved: something has.
        """
        if self._stages.embeds_anew:
            raise StoreMoved(
                "the store's vectors were made by another model; run samestory recluster without "
                "a plan, which embeds all again"
            )
        if dict(plan.versions) != dict(self._versions):
            raise StoreMoved("the plan was made with other models; make a new one with --dry-run")
        position, came, gone = reader.index_changes(after=plan.position)
        events = reader.last_cursor() - plan.cursor
        if position != plan.position or events:
            articles = len(set(came) | set(gone))
            raise StoreMoved(
                "the store has moved on since the plan was made (articles that came, changed or went: "
                f"{articles}, new lines of the change feed: {events}); nothing was changed; "
                "make a new plan with --dry-run"
            )

    def _begun(self, since: float | None) -> NightRecord:
        record = NightRecord(
            number=0,
            started=self._clock(),
            finished=None,
            state=NightState.RUNNING,
            since=since,
        )
        with self._store.write() as writer:
            return replace(record, number=writer.begin_night(record))

    def _ended(self, record: NightRecord) -> None:
        with self._store.write() as writer:
            writer.end_night(record)

    def _until(self, limit: float | None) -> Progress:
        """Progress that ends a night which takes longer than ``limit`` hours."""
        if limit is None:
            return self._progress
        end = self._clock() + limit

        def timed(items: Iterable[Any], *, label: str) -> Iterator[Any]:
            for item in self._progress(items, label=label):
                if self._clock() > end:
                    raise NightOverran(
                        f"the night was to take {_long(limit)} at most; nothing was changed, "
                        "and the next run goes on where this one stopped"
                    )
                yield item

        return timed


def _failed(record: NightRecord, error: BaseException, now: float) -> NightRecord:
    if isinstance(error, NightOverran):
        state = NightState.OVERRAN
    elif isinstance(error, Exception):
        state = NightState.FAILED
    else:
        state = NightState.INTERRUPTED
    # The message of any other error may quote an article, and /readyz shows it to everyone.
    # So does the path in an operating system's error.
    told = str(error) if isinstance(error, SamestoryError) else ""
    if isinstance(error, OSError):
        told = error.strerror or ""
    if state is NightState.INTERRUPTED:
        told = "a signal ended it"
    why = told.split("\n", 1)[0] or type(error).__name__
    return replace(record, finished=now, state=state, error=why)


def _long(hours: float) -> str:
    """A time as a person would say it."""
    units = (("day", 24.0), ("hour", 1.0), ("minute", 1 / 60), ("second", 1 / 3600))
    unit, length = next((u for u in units if hours >= 2 * u[1] or hours == u[1]), units[-1])
    count = round(hours / length, 1) or 0.1
    return f"{count:g} {unit}" if count == 1 else f"{count:g} {unit}s"


def _empty(plan: Plan) -> bool:
    return not (
        plan.placements
        or plan.clusters
        or plan.stories
        or plan.retired
        or plan.links
        or plan.forgotten
        or plan.unlinked
    )


def _touched(reader: Reader, inputs: Inputs) -> frozenset[str]:
    """Articles and groups that somebody has touched since the inputs were looked at."""
    _, changed, _ = reader.index_changes(after=inputs.position)
    found: set[str] = set()
    for member in reader.members_by_key(sorted(set(changed))):
        found |= {member.profile.id, member.placement.cluster, member.placement.story}
    cursor = inputs.cursor
    while lines := reader.changes(after=cursor, limit=EVENTS):
        cursor = lines[-1].cursor
        for line in lines:
            found.add(line.event.subject)
            found |= _named(line.event)
    return frozenset(found)


def _named(event: Event) -> set[str]:
    """Whatever an event names: an order names its articles in a list."""
    told = event.data.values()
    lists = chain.from_iterable(value for value in told if isinstance(value, list | tuple))
    return {name for name in chain(told, lists) if isinstance(name, str)}
