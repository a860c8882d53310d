"""The HTTP side of Samestory: ``create_app`` makes the application, ``serve`` runs it."""

from __future__ import annotations

from api.http.app import create_app
from api.http.security import check_bind
from api.http.serving import listen, serve

__all__ = ["check_bind", "create_app", "listen", "serve"]
