"""What texts speak of, as hashes, and how rare each term is."""

from dedupe.terms.articles import KEPT_NAMES, KEPT_WORDS, TERMS_VERSION, telling, terms
from dedupe.terms.background import Background
from dedupe.terms.numbers import number_value

__all__ = [
    "KEPT_NAMES",
    "KEPT_WORDS",
    "TERMS_VERSION",
    "Background",
    "number_value",
    "telling",
    "terms",
]
