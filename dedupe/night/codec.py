"""Records as JSON and back, by their types: what does not fit them is refused by its place."""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin, get_type_hints

from dedupe.errors import BadInput
from dedupe.state import CopyLink, Passed, Placement, Standing

T = TypeVar("T")
Read: TypeAlias = Callable[[Any], Any]
Write: TypeAlias = Callable[[Any], Any]

ROWS: frozenset[type] = frozenset({CopyLink, Passed, Placement, Standing})
"""Records that there are many of: written as a list of their fields, in order."""
_NAMES: Mapping[Any, str] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "an object",
}
_SHOWN = 40
"""Most code points of a value that a message quotes."""


class Misfit(Exception):
    """A value that does not fit its type; the place is told from the inside out."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        self.place = ""
        super().__init__(problem)


def encoded(record: Any) -> Any:
    """A record as JSON knows it.

    Raises:
        ValueError: a number is not finite.
    """
    write: Write = _writer(type(record))  # type: ignore[arg-type] # types are hashable
    return write(record)


def decoded(kind: type[T], value: Any, *, name: str, fix: str) -> T:
    """The record of that type, read back.

    Raises:
        BadInput: a value is of another type, or a record has other fields; names its place.
    """
    read: Callable[[Any], T] = _reader(kind)  # type: ignore[arg-type] # types are hashable
    try:
        return read(value)
    except Misfit as wrong:
        raise BadInput(name + wrong.place, wrong.problem, fix) from None


@cache
def _reader(kind: Any) -> Read:
    """What reads values of a type."""
    if kind is Any:
        return lambda value: value
    if kind is float:
        return _number
    if kind in _NAMES:
        return lambda value: _of_type(kind, value)
    if isinstance(kind, type) and is_dataclass(kind):
        return _row_reader(kind) if kind in ROWS else _record_reader(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return lambda value: _enum(kind, value)
    return _generic_reader(get_origin(kind), get_args(kind))


def _generic_reader(origin: Any, of: tuple[Any, ...]) -> Read:
    """What reads optional values, mappings, tuples, sequences and sets."""
    if origin in {Union, types.UnionType}:
        (inner,) = (_reader(one) for one in of if one is not type(None))
        return lambda value: None if value is None else inner(value)
    if origin is Mapping:
        held = _reader(of[1])
        return lambda value: {k: _at(f".{k}", held, v) for k, v in _of_type(dict, value).items()}
    if origin is tuple and of[-1] is not Ellipsis:
        return _fixed_reader(of)
    assert origin in {tuple, frozenset, Sequence}, origin
    return _list_reader(_reader(of[0]), frozenset if origin is frozenset else tuple)


@cache
def _writer(kind: Any) -> Write:
    """What turns values of a type into those that JSON knows."""
    if kind is Any:
        return _loose
    if kind is float:
        return _finite
    if kind in _NAMES:
        return _same
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value")
    if is_dataclass(kind):
        return _fields_writer(kind)
    return _generic_writer(get_origin(kind), get_args(kind))


def _fields_writer(kind: Any) -> Write:
    """What writes a record: as a list of its fields, or as an object."""
    names, writers = _names(kind), [_writer(one) for one in _types(kind)]
    if kind in ROWS:
        return lambda value: [w(getattr(value, n)) for n, w in zip(names, writers, strict=True)]
    return lambda value: {n: w(getattr(value, n)) for n, w in zip(names, writers, strict=True)}


def _generic_writer(origin: Any, of: tuple[Any, ...]) -> Write:
    """What writes optional values, mappings, tuples, sequences and sets."""
    if origin is tuple and of[-1] is not Ellipsis:
        fixed = [_writer(one) for one in of]
        return lambda value: [w(held) for w, held in zip(fixed, value, strict=True)]
    inner = _writer(next(one for one in reversed(of) if one not in {type(None), Ellipsis}))
    if origin in {Union, types.UnionType}:
        return lambda value: None if value is None else inner(value)
    if origin is Mapping:
        return lambda value: {str(key): inner(held) for key, held in value.items()}
    if origin is frozenset:
        return lambda value: sorted(map(inner, value))
    return lambda value: [inner(held) for held in value]


def _same(value: Any) -> Any:
    return value


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that a plan can hold")
    return value


def _loose(value: Any) -> Any:
    """What an event carries: JSON already, but for tuples and numbers that are none."""
    if isinstance(value, Mapping):
        return {str(key): _loose(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_loose(held) for held in value]
    return _finite(value) if isinstance(value, float) else value


def _record_reader(kind: type) -> Read:
    """Reads an object with the fields of the record as its keys, no more and no fewer."""
    readers = dict(zip(_names(kind), map(_reader, _types(kind)), strict=True))

    def read(value: Any) -> Any:
        held = _of_type(dict, value)
        if held.keys() != readers.keys():
            unknown, missing = sorted(held.keys() - readers), sorted(readers.keys() - held)
            told = [f"an unknown key {name!r}" for name in unknown]
            told += [f"no {name!r}" for name in missing]
            raise Misfit(f"has {' and '.join(told)}")
        return kind(**{name: _at(f".{name}", one, held[name]) for name, one in readers.items()})

    return read


def _row_reader(kind: type) -> Read:
    """Reads a list of the fields of the record, in order."""
    fixed = _fixed_reader(tuple(_types(kind)))
    names = _names(kind)
    return lambda value: kind(**dict(zip(names, fixed(value), strict=True)))


def _fixed_reader(of: tuple[Any, ...]) -> Read:
    """Reads a list of as many values as there are types."""
    readers = [_reader(one) for one in of]

    def read(value: Any) -> Any:
        held = _of_type(list, value)
        if len(held) != len(readers):
            raise Misfit(f"holds {len(held)} values and should hold {len(readers)}")
        return _each(readers, held, tuple)

    return read


def _list_reader(one: Read, made: Callable[[Sequence[Any]], Any]) -> Read:
    """Reads a list of any length."""

    def read(value: Any) -> Any:
        held = _of_type(list, value)
        return _each([one] * len(held), held, made)

    return read


def _each(
    readers: Sequence[Read], held: Sequence[Any], made: Callable[[Sequence[Any]], Any]
) -> Any:
    read: list[Any] = []
    try:
        for one, value in zip(readers, held, strict=True):
            read.append(one(value))
    except Misfit as wrong:
        wrong.place = f"[{len(read)}]{wrong.place}"
        raise
    return made(read)


def _at(place: str, read: Read, value: Any) -> Any:
    """What is read, or why it cannot be, told with its place."""
    try:
        return read(value)
    except Misfit as wrong:
        wrong.place = place + wrong.place
        raise


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


def _types(kind: type) -> list[Any]:
    hints = get_type_hints(kind)
    return [hints[name] for name in _names(kind)]


def _enum(kind: type[Enum], value: Any) -> Enum:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(str(one.value) for one in kind)
        raise Misfit(f"is {_quoted(value)} and should be one of {known}") from None


def _number(value: Any) -> float:
    # JSON tells whole numbers from others; a score of 1 is one all the same.
    return float(_of_type(int if type(value) is int else float, value))


def _of_type(kind: type, value: Any) -> Any:
    if type(value) is not kind:  # to isinstance, true is an int
        raise Misfit(f"is {_quoted(value)} and should be {_NAMES[kind]}")
    return value


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


__all__ = ["ROWS", "Misfit", "decoded", "encoded"]
