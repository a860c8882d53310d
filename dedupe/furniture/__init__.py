"""What a source repeats under its unrelated articles: learned as furniture, taken out, forgotten."""

from dedupe.furniture.learning import (
    RECURS,
    Learned,
    Line,
    Page,
    Subject,
    about,
    due,
    learned,
    recurring,
)
from dedupe.furniture.removal import KEPT_SEGMENTS, kept_segments, removable, source_key
from dedupe.furniture.segments import Segments, segments

__all__ = [
    "KEPT_SEGMENTS",
    "RECURS",
    "Learned",
    "Line",
    "Page",
    "Segments",
    "Subject",
    "about",
    "due",
    "kept_segments",
    "learned",
    "recurring",
    "removable",
    "segments",
    "source_key",
]
