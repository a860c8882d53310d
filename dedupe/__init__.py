"""The room that decides: pure functions over frozen records and arrays.

``docs/pipeline.md`` says which module holds which step. Nothing here reads files, clocks or the
environment; what lies outside is asked for through ``dedupe.ports``.
"""
