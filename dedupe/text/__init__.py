"""A posted value becomes plain text, article and page furniture told apart; spans lead back."""

from dedupe.text.clean import CleanText, clean
from dedupe.text.furniture import Range
from dedupe.text.pages import is_headline_page
from dedupe.text.patterns import FurniturePatterns
from dedupe.text.plain import Plain, plain

__all__ = ["CleanText", "FurniturePatterns", "Plain", "Range", "clean", "is_headline_page", "plain"]
