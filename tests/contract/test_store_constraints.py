"""Every store keeps editors' orders: once each, in the order they were given, by their articles."""

import pytest

from dedupe.constraints.records import Constraint, ConstraintKind, Level
from dedupe.errors import NotFound, StoreError
from tests.contract.test_store import open_sqlite, post

MUST, CANNOT, PIN = (
    ConstraintKind.MUST_LINK,
    ConstraintKind.CANNOT_LINK,
    ConstraintKind.PINNED_CANONICAL,
)


@pytest.fixture(params=[open_sqlite])
def store(request, tmp_path):
    store = request.param(tmp_path)
    post(store, "a", "b", "c", "d")
    yield store
    store.close()


def order(name, *articles, kind=MUST, level=Level.STORY, at=470_000.25, why=None):
    return Constraint(
        id=name, kind=kind, level=level, articles=articles, by="night desk", at=at, why=why
    )


FIRST = order("o-9", "b", "c", why="one event, says Üla")
SECOND = order("o-1", "a", "b", kind=CANNOT, level=Level.CLUSTER, at=1.5)
THIRD = order("o-5", "b", kind=PIN, level=Level.CLUSTER)
ALL = [FIRST, SECOND, THIRD]


def add(store, *orders):
    with store.write() as writer:
        for one in orders:
            writer.add_constraint(one)


def test_an_order_is_told_as_it_was_given(store):
    """Every field comes back, by its id and in all lists; a writer reads what it has written."""
    with store.write() as writer:
        for one in ALL:
            writer.add_constraint(one)
        assert list(writer.all_constraints()) == ALL
    with store.read() as reader:
        assert [reader.constraint(one.id) for one in ALL] == ALL
        assert reader.constraint("o-2") is None
        assert list(reader.all_constraints()) == ALL


def test_orders_are_found_by_their_articles(store):
    """An order about both articles asked for is told once; orders come as they were given."""
    add(store, *ALL)
    with store.read() as reader:
        assert list(reader.constraints(["c", "b"])) == ALL
        assert list(reader.constraints(["a"])) == [SECOND]
        assert list(reader.constraints(["c"])) == [FIRST]
        assert list(reader.constraints(["d", "nobody"])) == []
        assert list(reader.constraints([])) == []


def test_orders_are_told_in_pages(store):
    """A page begins after the order named, whatever was removed before it, of all or of an article."""
    add(store, *ALL)
    with store.read() as reader:
        assert list(reader.constraints_after(after=None, limit=2)) == ALL[:2]
        assert list(reader.constraints_after(after="o-1", limit=2)) == ALL[2:]
        assert list(reader.constraints_after(after="o-5", limit=2)) == []
        assert list(reader.constraints_after(after="o-9", limit=9, article="b")) == ALL[1:]
        assert list(reader.constraints_after(after=None, limit=9, article="a")) == [SECOND]
        with pytest.raises(NotFound):
            reader.constraints_after(after="o-2", limit=1)


def test_the_articles_under_orders_are_told_by_story(store):
    """Of the stories asked for, each article that any order is about, once and sorted."""
    with store.read() as reader:
        assert list(reader.ordered_in(["s-a", "s-b"])) == []
    add(store, *ALL)
    with store.read() as reader:
        assert list(reader.ordered_in(["s-c", "s-b", "s-d"])) == ["b", "c"]
        assert list(reader.ordered_in(["s-a", "s-nowhere"])) == ["a"]
        assert list(reader.ordered_in([])) == []


@pytest.mark.parametrize("one", ALL)
def test_the_same_is_not_ordered_twice(store, one):
    """Who orders what is in force is refused by the store, and nothing of it is kept."""
    add(store, *ALL)
    again = order("o-7", *one.articles, kind=one.kind, level=one.level, at=9.0, why="once more")
    with pytest.raises(StoreError):
        add(store, again)
    with store.read() as reader:
        assert list(reader.all_constraints()) == ALL


def test_the_same_pair_may_be_ordered_about_at_both_levels(store):
    """Kind and level tell orders apart."""
    other = order("o-2", "b", "c", level=Level.CLUSTER)
    add(store, FIRST, other)
    with store.read() as reader:
        assert list(reader.constraints(["c"])) == [FIRST, other]


@pytest.mark.parametrize("articles", [("a", "nobody"), ("nobody", "a"), ("nobody",)])
def test_an_order_is_about_stored_articles(store, articles):
    """An article that is not there cannot be ordered about."""
    kind = PIN if len(articles) == 1 else MUST
    with pytest.raises(StoreError):
        add(store, order("o-1", *articles, kind=kind))
    with store.read() as reader:
        assert list(reader.all_constraints()) == []


def test_an_order_removed_is_gone_and_may_be_given_again(store):
    """The others stay, an unknown one is ignored, and the same one given anew comes last."""
    add(store, *ALL)
    with store.write() as writer:
        writer.remove_constraint("o-9")
        writer.remove_constraint("o-2")
    with store.read() as reader:
        assert list(reader.all_constraints()) == ALL[1:]
        assert list(reader.constraints(["c"])) == []
        assert list(reader.ordered_in(["s-c"])) == []
    add(store, FIRST)
    with store.read() as reader:
        assert list(reader.all_constraints()) == [*ALL[1:], FIRST]


def test_an_order_that_failed_with_its_transaction_is_not_in_force(store):
    """What is written before an error is taken back."""
    nowhere = order("o-1", "a", "nobody")
    with pytest.raises(StoreError):
        add(store, FIRST, nowhere)
    with store.read() as reader:
        assert list(reader.all_constraints()) == []
