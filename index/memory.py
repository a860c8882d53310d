"""Memory that the process has freed and the C library still holds."""

from __future__ import annotations


def give_back() -> None:
    """What is free goes back to the system, where the C library is one that can be told so.

    A long run ends stages of hundreds of megabytes in small pieces. By default these are kept for
    the next ones, which ask for large pieces and do not fit.
    """
    import ctypes  # noqa: PLC0415  most runs end without it

    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError):
        return
    trim(0)
