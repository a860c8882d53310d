"""API keys: random, shown once, kept only as hashes.

A key is at least 32 characters; one made here holds 256 random bits, which one fast hash protects.
Slow password hashing is for short secrets that people choose, and would cost every request tens
of milliseconds; short secrets are not accepted at all.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from dedupe.errors import BadInput

MIN_LENGTH = 32
_FIX = (
    "write it as SCOPE:SHA256, for example the output of "
    '`printf %s "$KEY" | sha256sum` after `write:`; scopes are read, write and admin, and '
    "`write@SOURCE` posts for one source alone"
)


class Scope(StrEnum):
    """What a key may do; each scope includes the ones before it."""

    READ = "read"
    """Every GET, ``check`` and ``metrics``."""
    WRITE = "write"
    """POST articles."""
    ADMIN = "admin"
    """Delete, kill, hold and release articles."""

    def includes(self, needed: Scope) -> bool:
        """A key of this scope may do what ``needed`` asks for."""
        order = list(Scope)
        return order.index(self) >= order.index(needed)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key as it is kept: never the key itself."""

    scope: Scope
    digest: bytes
    """SHA-256 of the key, 32 bytes."""
    source: str | None = None
    """The only source that articles may be posted for with it; None: any."""

    @classmethod
    def parse(cls, line: str) -> Self:
        """The key written as ``SCOPE:SHA256`` or ``write@SOURCE:SHA256``, the hash in hexadecimal.

        Raises:
            BadInput: the line has another form.
        """
        told, _, digest = line.strip().rpartition(":")
        scope, _, source = told.partition("@")
        try:
            key = cls(
                scope=Scope(scope.strip().lower()),
                digest=bytes.fromhex(digest),
                source=source.strip() or None,
            )
        except ValueError as error:
            raise BadInput("api_keys", "holds something that is no key", _FIX) from error
        if len(key.digest) != hashlib.sha256().digest_size:
            raise BadInput("api_keys", "holds a hash that is no SHA-256", _FIX)
        if source and key.scope is not Scope.WRITE:
            raise BadInput("api_keys", f"binds a key of scope {key.scope} to a source", _FIX)
        return key

    def line(self) -> str:
        """What the configuration keeps; ``parse`` reads it back."""
        bound = "" if self.source is None else f"@{self.source}"
        return f"{self.scope}{bound}:{self.digest.hex()}"

    @property
    def name(self) -> str:
        """Start of the hash: tells keys apart in the log without giving one away."""
        return self.digest.hex()[:8]


def issue(scope: Scope, *, source: str | None = None) -> tuple[str, ApiKey]:
    """A new random key, to be shown once, and its kept form; ``source`` binds one of scope write."""
    secret = "samestory_" + secrets.token_urlsafe(32)
    return secret, ApiKey(scope=scope, digest=_digest(secret), source=source)


class KeyRing:
    """The keys a service accepts; false when there are none and the service is open."""

    def __init__(self, keys: Iterable[ApiKey] = ()) -> None:
        self._keys = tuple(keys)

    @classmethod
    def parse(cls, lines: Iterable[str]) -> Self:
        """The keys of these lines.

        Raises:
            BadInput: a line is no key.
        """
        return cls(ApiKey.parse(line) for line in lines)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def find(self, secret: str) -> ApiKey | None:
        """The kept key that ``secret`` is, or None; takes as long for a miss as for a hit."""
        digest = _digest(secret)
        found: ApiKey | None = None
        for key in self._keys:
            if hmac.compare_digest(digest, key.digest):
                found = key
        return found if len(secret) >= MIN_LENGTH else None


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
