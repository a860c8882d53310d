"""What is new in a version of an article, fact by fact and passage by passage."""

from dedupe.difference.changes import Change, ChangeKind, Difference, Edit, Part
from dedupe.difference.comparing import difference
from dedupe.difference.sentences import Value

__all__ = ["Change", "ChangeKind", "Difference", "Edit", "Part", "Value", "difference"]
