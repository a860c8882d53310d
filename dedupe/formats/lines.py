"""JSON lines or a JSON array as documents, each with its place; a broken one does not stop the rest."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import BinaryIO, NoReturn

import orjson

from dedupe.errors import BadInput, TooLarge

MAX_LINE_BYTES = 16 * 1024 * 1024
"""A body of 2 MiB written with JSON escapes throughout is six times as long."""
_BOM = b"\xef\xbb\xbf"


def documents(
    data: bytes, *, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, object | BadInput]]:
    """Each document with its place, counted from 1, or what is wrong with it.

    The place is the line in JSON lines, the position in an array. Blank lines are skipped. An
    array that is broken anywhere is one error at place 1.
    """
    return read_lines(io.BytesIO(data), max_line_bytes=max_line_bytes)


def read_lines(
    stream: BinaryIO, *, max_line_bytes: int = MAX_LINE_BYTES
) -> Iterator[tuple[int, object | BadInput]]:
    """As ``documents``, from a binary stream; holds one line of JSON lines at a time."""
    number = 0
    started = False
    while line := stream.readline(max_line_bytes + 1):
        number += 1
        if not started and line.removeprefix(_BOM).lstrip().startswith(b"["):
            yield from _array(line + stream.read())
            return
        if len(line) > max_line_bytes and not line.endswith(b"\n"):
            _skip_line(stream, max_line_bytes)
            started = True
            yield number, _too_long(number, max_line_bytes)
        elif line.strip():
            started = True
            yield number, document(line, place=f"line {number}")


def document(data: bytes, *, place: str = "line") -> object | BadInput:
    """The JSON value in these bytes, or what is wrong with them; ``place`` names them.

    A byte order mark before it is passed over: files that were written on Windows and put together
    have one before any line.
    """
    data = data.removeprefix(_BOM)
    try:
        value: object = orjson.loads(data)
    except orjson.JSONDecodeError as broken:
        return _second_reading(data, broken, place)
    return value


def _array(data: bytes) -> Iterator[tuple[int, object | BadInput]]:
    items = document(data, place="array")
    if isinstance(items, list):
        yield from enumerate(items, 1)
    elif isinstance(items, BadInput):
        yield 1, items


def _second_reading(data: bytes, broken: orjson.JSONDecodeError, place: str) -> object | BadInput:
    """What the strict reader refused: lone surrogates pass, so that their field can be named."""
    try:
        text = data.decode()
    except UnicodeDecodeError as invalid:
        return BadInput(
            place,
            f"invalid UTF-8 at byte {invalid.start}",
            "send the text encoded as UTF-8",
            value=repr(data[invalid.start : invalid.start + 8]),
        )
    try:
        if "surrogate" in str(broken):
            value: object = json.loads(text, parse_constant=_refuse)
            return value
    except (ValueError, RecursionError):
        pass
    start = max(0, broken.pos - 20)
    return BadInput(
        place,
        f"not JSON: {broken.msg} at character {broken.pos + 1}",
        "send one JSON object",
        value=text[start : broken.pos + 20],
    )


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _skip_line(stream: BinaryIO, step: int) -> None:
    while (rest := stream.readline(step)) and not rest.endswith(b"\n"):
        pass


def _too_long(number: int, limit: int) -> TooLarge:
    return TooLarge(f"line {number}", f"longer than {limit} bytes", "send a shorter document")
