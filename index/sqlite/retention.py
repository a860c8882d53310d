"""Texts by their age."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.withheld.retention import Aged
from index.sqlite.view import View


class RetentionReader(View):
    """Reads which texts are older than they are kept."""

    def aged(self, before: float, *, limit: int) -> Sequence[Aged]:
        """Revisions received before this hour that have a text, oldest first."""
        return [
            Aged(article_id=name, revision=revision, represents=bool(represents))
            for name, revision, represents in self._rows("aged", before=before, limit=limit)
        ]
