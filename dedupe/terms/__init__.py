"""What texts speak of, as hashes, and how rare each term is."""

from dedupe.terms.articles import (
    KEPT_COMPOUNDS,
    KEPT_NAMES,
    KEPT_PLACES,
    KEPT_QUOTES,
    KEPT_WORDS,
    TERMS_VERSION,
    telling,
    terms,
)
from dedupe.terms.background import Background
from dedupe.terms.numbers import number_value
from dedupe.terms.places import Gazetteer

__all__ = [
    "KEPT_COMPOUNDS",
    "KEPT_NAMES",
    "KEPT_PLACES",
    "KEPT_QUOTES",
    "KEPT_WORDS",
    "TERMS_VERSION",
    "Background",
    "Gazetteer",
    "number_value",
    "telling",
    "terms",
]
