"""Code blocks in the documentation do what they show.

```python        run, all of a page in one namespace
```json          parsed
```bash          every `samestory` and `make` in it names a command and options that exist
```bash run      run as it is, in a folder of its own that has a copy of the seeds
```bash with-service   run against a service started for the test, in place of 127.0.0.1:8080
```

Other blocks (output, plain text) are only shown.
"""

from __future__ import annotations

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from api.cli import main
from tests.e2e.processes import Service

ROOT = Path(__file__).resolve().parents[2]
SHOWN_ADDRESS = "http://127.0.0.1:8080"
FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    page: str
    line: int
    info: str
    code: str

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks():
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    for path in sorted(pages):
        content = path.read_text(encoding="utf-8")
        for found in FENCE.finditer(content):
            yield Block(
                path.relative_to(ROOT).as_posix(),
                content[: found.start()].count("\n") + 2,
                found["info"].strip(),
                found["code"],
            )


def of(*infos):
    return [pytest.param(block, id=str(block)) for block in blocks() if block.info in infos]


def commands(code):
    """The simple commands of a shell text, as words."""
    for line in code.replace("\\\n", " ").splitlines():
        for part in re.split(r"\s(?:\||&&|;)\s|\$\(", line.split(" # ")[0]):
            try:
                yield shlex.split(part, comments=True)
            except ValueError:  # a quoted text that spans lines: data, not a command
                continue


def shell(code, folder, **environment):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", code],
        cwd=folder,
        env={
            **os.environ,
            **environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_every_block_says_what_it_is():
    """No code block is of a kind that these tests do not know."""
    known = {"", "python", "json", "bash", "bash run", "bash with-service", "text", "http", "sql"}
    assert [str(block) for block in blocks() if block.info not in known] == []


@pytest.mark.parametrize("page", sorted({b.page for b in blocks() if b.info == "python"}))
def test_python_blocks_run(page, tmp_path, monkeypatch):
    """The Python of a page runs from top to bottom."""
    monkeypatch.chdir(tmp_path)
    names = {}
    for block in blocks():
        if (block.page, block.info) == (page, "python"):
            exec(compile(block.code, str(block), "exec"), names)


@pytest.mark.parametrize("block", of("json"))
def test_json_blocks_are_json(block):
    """JSON that is shown can be parsed."""
    orjson.loads(block.code)


@pytest.mark.parametrize("block", of("bash", "bash run", "bash with-service"))
def test_shown_commands_exist(block):
    """Each samestory command, option and make target that is shown exists."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for parts in commands(block.code):
        words = list(itertools.dropwhile(re.compile(r"[A-Z_]+=").match, parts))
        name = Path(words[0]).name if words else ""
        if name == "make":
            assert all(re.search(rf"^{word}:", makefile, re.MULTILINE) for word in words[1:])
        elif name == "samestory":
            check_command(words[1:])


def check_command(words):
    if not words or words[0].startswith("-"):
        return
    command = main.cli.get_command(None, words[0])
    options = {name for parameter in command.params for name in parameter.opts} | {"--help", "-h"}
    used = {word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert used <= options


@pytest.mark.model
@pytest.mark.parametrize("block", of("bash run"))
def test_run_blocks_run(block, tmp_path):
    """A block marked to run ends well."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    done = shell(block.code, tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with Service(tmp_path_factory.mktemp("service")) as running:
        yield f"http://{running.host}"


@pytest.mark.parametrize("block", of("bash with-service"))
def test_blocks_that_need_a_service_run(block, service, tmp_path):
    """A block marked to need the service ends well, and no answer is an error."""
    if "curl" in block.code and shutil.which("curl") is None:
        pytest.skip("there is no curl on this machine")
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    done = shell(block.code.replace(SHOWN_ADDRESS, service), tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"status":4' not in done.stdout
    assert '"status":5' not in done.stdout
