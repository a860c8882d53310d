"""What every test starts from: no network, no settings from outside, reproducible examples."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
from pathlib import Path

import hypothesis
import pytest

# The encoder comes with the packages; a test that would fetch one is wrong. Read by the hub's
# client when it is imported, so it is set before anything else.
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"

ROOT = Path(__file__).resolve().parent.parent

# Shared machines stall: a deadline would fail tests for the neighbours' load.
hypothesis.settings.register_profile("samestory", deadline=None, print_blob=True)
hypothesis.settings.load_profile("samestory")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch):
    """``SAMESTORY_*`` of the machine does not reach a test."""
    for name in list(os.environ):
        if name.startswith("SAMESTORY_"):
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch):
    """A connection to anything but this machine fails the test."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = address[0]
            assert host == "localhost" or ipaddress.ip_address(host).is_loopback, (
                f"a test tried to reach {host}"
            )
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def root():
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def seeds():
    """The seeds as they are posted, in the order of the manifest."""
    folder = ROOT / "seeds"
    return [
        {
            "id": seed["id"],
            "title": seed["title"],
            "source": seed["source"],
            "published": seed["published"],
            "body": (folder / seed["file"]).read_bytes().decode("utf-8"),
        }
        for seed in json.loads((folder / "manifest.json").read_bytes())
    ]
