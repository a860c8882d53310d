"""Whose text an article is: the credits it carries and the origin that follows from them."""

from dedupe.provenance.found import Found
from dedupe.provenance.looked import PlainText
from dedupe.provenance.metadata import value_at
from dedupe.provenance.origin import origin_of, paywalled, provenance
from dedupe.provenance.patterns import CreditPatterns, Pattern
from dedupe.provenance.reader import CreditReader, find_credits

__all__ = [
    "CreditPatterns",
    "CreditReader",
    "Found",
    "Pattern",
    "PlainText",
    "find_credits",
    "origin_of",
    "paywalled",
    "provenance",
    "value_at",
]
