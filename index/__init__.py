"""Remembers: every engine behind a port of ``dedupe.ports``, each in a file of its own."""
