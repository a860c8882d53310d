"""The numbers that judging runs on, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How articles are compared and grouped; the defaults are the shipped operating point."""

    story_window_days: float = 60.0
    """Bounds the candidates for one story; it is never evidence (design, section 3.4)."""
    copy_candidates: int = 64
    """Most articles compared word by word with a new one, best shared sketch first."""
    story_candidates: int = 48
    """FAISS neighbours looked at for the same event."""
    exact_vectors: int = 50_000
    """Vectors inside the time window up to which each is looked at (some 0.5 ms); of more, those in the
    nearest cells of FAISS's IVF,SQ8 are."""
    link_threshold: float = 0.05
    """Least p_same_text of two texts for their link to be kept."""
    copy_threshold: float = 0.5
    """Mean p_same_text an article needs with the members of a cluster to join it."""
    story_threshold: float = 0.2
    """Mean p_same_story two groups need to be one story."""
    story_contrast: float = 1.25
    """How much what two stories agree less than the looser of them does inside counts against them."""
    related_threshold: float = 0.1
    """Mean p_same_story from which two stories that stay apart are linked."""
    related_limit: int = 8
    """Stories that a story is linked to at most, the most probable first."""
    repair_limit: int = 256
    """Most articles whose grouping is worked out anew when one arrives; larger groups move whole."""
    group_sample: int = 24
    """Members of a large group that stand for it in an average."""
    guard_cluster_size: int = 5000
    """Most articles of a cluster that merging may make; 0: no limit (as for those that follow)."""
    guard_story_size: int = 5000
    """Most articles of a story that merging may make."""
    guard_story_span_days: float = 1000.0
    """Most days between the first and the last text of a story that merging may make."""
    guard_diameter: int = 6
    """Most hops between two texts of a group, over pairs at or above the threshold of its level."""
    matches_shown: int = 10
    """Matches returned with an answer, most probable first."""
    purge_killed_after: float = 24.0
    """Hours from a kill to the removal of the text: time for an editor to take it back."""
    keep_text: float | None = None
    """Hours after which the text of an article, or of one of its revisions, is removed; None never."""
    common_hash: int = 2000
    """A shingle found in more articles than this is furniture and looked up no more, but for texts most
    of whose shingles are: they could not be found otherwise."""

    @property
    def crowd(self) -> int:
        """Copies from which an article's candidates may be all copies and not all of them seen.

        Half of the candidates: some of those found may have been deleted since.
        """
        return max(self.copy_candidates // 2, 1)
