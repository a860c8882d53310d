"""Revisions of one article: which is newest, which represents it, its history as it is told."""
