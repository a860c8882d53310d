"""Files that are replaced whole, each with a manifest beside it that says what it holds."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dedupe.errors import IndexDamaged


def manifest_path(path: Path) -> Path:
    """Where the manifest of the index at ``path`` stands."""
    return path.with_name(path.name + ".json")


def write_manifest(path: Path, facts: Mapping[str, Any]) -> None:
    """The manifest of the index at ``path`` says this."""
    with replacing(manifest_path(path)) as temporary:
        temporary.write_text(json.dumps(facts, indent=2, sort_keys=True), encoding="utf-8")


def checked_manifest(path: Path) -> Mapping[str, Any]:
    """What the manifest of the index at ``path`` says; the file is the one it was written for.

    Raises:
        IndexDamaged: one of both is missing, or has changed since.
    """
    manifest = _read_manifest(path)
    try:
        found = checksum(path, manifest)
    except OSError as error:
        raise IndexDamaged(f"the index {path} cannot be read: {error}") from error
    if found != manifest.get("sha256"):
        # Also what a crash between the two renames of a save leaves behind.
        raise IndexDamaged(f"the index {path} or its manifest is not as it was saved")
    return manifest


def _read_manifest(path: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads(manifest_path(path).read_bytes())
    except OSError as error:
        raise IndexDamaged(f"the index {path} has no manifest: {error}") from error
    except ValueError as error:
        raise IndexDamaged(f"the manifest of the index {path} is damaged: {error}") from error
    if not isinstance(manifest, dict):
        raise IndexDamaged(f"the manifest of the index {path} is damaged: it is no object")
    return manifest


def checksum(path: Path, facts: Mapping[str, Any]) -> str:
    """SHA-256 of what the manifest says and the file holds, in hex."""
    said = {name: value for name, value in facts.items() if name != "sha256"}
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode())
    with path.open("rb") as file:
        return hashlib.file_digest(file, digest.copy).hexdigest()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """What is written to the yielded path stands at ``path``, whole, or nothing changed."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
