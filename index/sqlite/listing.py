"""What articles are listed and found by: kept with each article, filled in for older ones."""

from __future__ import annotations

from collections.abc import Sequence

from dedupe.errors import StoreError
from dedupe.model import Article, Furniture
from index.sqlite.codec import decode_profile
from index.sqlite.documents import decode_article, decode_findings
from index.sqlite.search import language_key, name_key, searched
from index.sqlite.view import WritableView

PAGES = 64
"""Pages of the index merged in one step: 5 ms of work."""


class SearchWriter(WritableView):
    """Keeps facets and words of articles in step with their texts, in the same transaction.

    SQLite marks a word that goes and drops it when it next merges the part of the index that holds
    it. A removal begins to merge the whole, and each article that is stored or removed after it
    does some of that work, until nothing is left of those that are gone.
    """

    forgot = False
    """Something was removed whose bytes still stand in the write-ahead log."""

    def list_more(self, *, limit: int) -> int:
        """At most so many articles that are not listed yet are listed; how many it were."""
        rows = self._rows("unlisted", limit=limit)
        for key, article_id, posted, findings, profile, sketch in rows:
            outlet = _outlet(article_id, profile, sketch)
            _, furniture, _ = decode_findings(findings)
            self._list(key, decode_article(posted), furniture, outlet)
        return len(rows)

    def forget_more(self, *, steps: int) -> None:
        """Some of the words of removed articles leave the index; all, where the steps suffice."""
        connection = self._open_connection()
        while steps > 0 and self._rows("forgetting"):
            steps -= 1
            before = connection.total_changes
            self._write("merge_words", pages=PAGES)
            # By its documentation a merge that changes fewer than two rows had nothing left to do.
            if connection.total_changes - before < 2:
                self._write("delete_forgetting")
                self.forgot = True

    def _forget(self, key: int) -> None:
        """The words of a removed article, its older texts' too, are on their way out."""
        self._write("put_forgetting", key=key)
        # A savepoint makes the index write down what it has in mind: a merge sees no more than that.
        self._write("begin_savepoint")
        self._write("end_savepoint")
        self._write("merge_words", pages=-PAGES)
        self.forgot = True

    def _list(
        self, key: int, article: Article, furniture: Sequence[Furniture], outlet: str | None
    ) -> None:
        """The article is found by its words, its outlet under both names, and its language."""
        self.forget_more(steps=1)
        title, body = searched(article, furniture)
        self._write("put_words", key=key, title=title, body=body)
        outlet = outlet or article.source
        outlet_key, source_key = name_key(outlet), name_key(article.source)
        self._write(
            "put_facets",
            key=key,
            outlet=None if outlet is None else _storable(outlet),
            outlet_key=outlet_key,
            source_key=None if source_key == outlet_key else source_key,
            language=language_key(article.lang),
        )

    def _unlist(self, key: int) -> None:
        """The article is found by nothing; to be called while its text is still stored."""
        for posted, findings in self._rows("listed_text", key=key):
            _, furniture, _ = decode_findings(findings)
            title, body = searched(decode_article(posted), furniture)
            self._write("delete_words", key=key, title=title, body=body)
            self._write("delete_facets", key=key)


def _outlet(article_id: str, profile: bytes, sketch: bytes) -> str | None:
    """The normalised outlet; None where the profile is of a form that is to be read anew."""
    try:
        return decode_profile(article_id, profile, sketch, None).provenance.outlet
    except StoreError:
        return None


def _storable(name: str) -> str:
    """The name with what is no text (a lone surrogate) as a question mark."""
    return name.encode("utf-8", "replace").decode()
