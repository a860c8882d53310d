"""One module per thing that has a path; ``ROUTERS`` is all of them."""

from __future__ import annotations

from api.http.routes import (
    articles,
    changes,
    clusters,
    constraints,
    explain,
    furniture,
    lineage,
    operations,
    posts,
    revisions,
    stories,
    withheld,
)

ROUTERS = (
    posts.router,
    articles.router,
    withheld.router,
    revisions.router,
    clusters.router,
    stories.router,
    lineage.router,
    constraints.router,
    changes.router,
    explain.router,
    furniture.router,
    operations.router,
)

__all__ = ["ROUTERS"]
