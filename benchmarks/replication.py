"""A corpus grown to any size: the same articles again, with part of the vocabulary replaced.

In the n-th replica a share of all words, drawn by seed, gives way to noise, each always to the
same. Copies within a replica stay copies, with the same overlap. Between two replicas a shingle
stays only if none of its five words was replaced: a thirtieth of them for the default share, far
from a copy. So the number of copies grows with the number of articles, as it does in an archive,
and not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any

Row = dict[str, Any]
REPLACED_SHARE = 0.5
_WORD = re.compile(r"\w+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def grown(rows: Sequence[Row], count: int, *, seed: int = 1) -> Iterator[Row]:
    """The first ``count`` articles of the rows and their replicas, one replica after the other."""
    return islice(_endless(rows, seed), count)


def _endless(rows: Sequence[Row], seed: int) -> Iterator[Row]:
    yield from rows
    number = 0
    while rows:
        number += 1
        noise = Noise(seed=seed, replica=number)
        for row in rows:
            yield {
                **row,
                "id": f"{row['id']}+{number}",
                "url": None,
                "title": noise.text(row["title"]),
                "body": noise.text(row["body"]),
            }


class Noise:
    """Replaces words of texts, each always by the same; a share of 0 replaces none."""

    def __init__(self, seed: int, replica: int, share: float = REPLACED_SHARE) -> None:
        self._seed = f"{seed} {replica} ".encode()
        self._share = share
        self._known: dict[str, str] = {}

    def text(self, text: str | None) -> str | None:
        """The same text in the vocabulary of this replica; everything between words stays."""
        return text and _WORD.sub(self._replaced, text)

    def word(self, word: str) -> str:
        """The word itself or its noise; capitals stay capitals, digits stay digits."""
        digest = blake2b(self._seed + word.lower().encode(), digest_size=12).digest()
        if digest[0] >= self._share * 256:
            return word
        if word.isdecimal():
            return "".join(str(byte % 10) for byte in (digest[1:] * len(word))[: len(word)])
        noise = "".join(_LETTERS[byte % 26] for byte in digest[1 : 1 + max(4, min(11, len(word)))])
        if word.isupper() and len(word) > 1:
            return noise.upper()
        return noise.capitalize() if word[0].isupper() else noise

    def _replaced(self, match: re.Match[str]) -> str:
        word = match[0]
        if word not in self._known:
            self._known[word] = self.word(word)
        return self._known[word]
