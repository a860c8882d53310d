"""What a person calls an article: the service's own id, or the id it was posted under."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedupe.service import Service


def meant(service: Service, name: str) -> tuple[str, ...]:
    """Ids that ``name`` may stand for, the service's own first."""
    with service.store.read() as reader:
        return (name, *reader.by_external_id(name))


def article(service: Service, name: str) -> str:
    """The id of the indexed article that ``name`` stands for; itself when there is none."""
    ids = meant(service, name)
    with service.store.read() as reader:
        return next((one for one in ids if reader.article(one) is not None), name)


def the_article(service: Service, name: str) -> str:
    """The id of the one indexed article that ``name`` stands for.

    Raises:
        NotFound: there is none.
        SamestoryError: there are several, of several sources.
    """
    from dedupe.errors import NotFound, SamestoryError

    with service.store.read() as reader:
        ids = dict.fromkeys((name, *reader.by_external_id(name)))
        found = [one for one in ids if reader.article(one) is not None]
    if not found:
        raise NotFound("article", name)
    if len(found) > 1:
        raise SamestoryError(
            f"{name} names several articles: {', '.join(found)}; name one of these"
        )
    return found[0]
