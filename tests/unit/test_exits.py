"""Exit codes: what cron, systemd and scripts go by."""

from __future__ import annotations

import re
import sys
from types import SimpleNamespace

import pytest

import api
from api.cli import main
from api.cli.exits import Exit
from dedupe.errors import NightBusy, NightOverran, StoreBusy, StoreMoved


def run(*arguments):
    with pytest.raises(SystemExit) as left:
        main.main([str(argument) for argument in arguments])
    return left.value.code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        (StoreBusy("the store is busy"), 1),
        (NightBusy("another night is running"), 3),
        (StoreMoved("the store has moved on"), 4),
        (NightOverran("it took too long"), 5),
        (KeyboardInterrupt(), 130),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_error_has_its_code(monkeypatch, capsys, error, code):
    """What was raised on purpose is one line on standard error, and the code that is told of it."""

    def verify(_config):
        if error is not None:
            raise error
        return []

    fake = SimpleNamespace(verify=verify)
    monkeypatch.setitem(sys.modules, "api.bootstrap", fake)
    monkeypatch.setattr(api, "bootstrap", fake, raising=False)
    assert run("verify") == code
    said = capsys.readouterr().err
    assert said.strip() == ("" if code in {0, 130} else f"samestory: {error}")


def test_wrong_usage_has_its_own():
    """As click has it."""
    assert run("nights", "--made-up") == Exit.USAGE


def test_help_names_every_code(capsys):
    """``samestory --help`` lists each number."""
    run("--help")
    said = capsys.readouterr().out
    listed = said[said.index("Exit codes:") : said.index("Options:")]
    assert {int(number) for number in re.findall(r"\b\d+\b", listed)} == set(Exit)


def test_the_page_on_operations_names_every_code(root):
    """Its table has each number once."""
    page = (root / "docs/operations.md").read_text(encoding="utf-8")
    table = page[page.index("| exit code |") :].split("\n\n", 1)[0]
    numbers = re.findall(r"^\| ([\d, ]+) \|", table, re.MULTILINE)
    assert sorted(int(n) for cell in numbers for n in cell.split(",")) == sorted(Exit)
