"""What a piece says of its version: the agencies' conventions in title, text and metadata."""

from dedupe.succession import is_digest, is_notice, newer, role_of, same_chain, version_order
from dedupe.wire.patterns import WirePatterns
from dedupe.wire.reader import WIRE_VERSION, Told, WireReader

__all__ = [
    "WIRE_VERSION",
    "Told",
    "WirePatterns",
    "WireReader",
    "is_digest",
    "is_notice",
    "newer",
    "role_of",
    "same_chain",
    "version_order",
]
