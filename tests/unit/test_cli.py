"""The command line: files in and out, exit codes, and what it imports."""

from __future__ import annotations

import gzip
import importlib
import io
import os
import pkgutil
import signal
import stat
import subprocess
import sys
import time
from types import SimpleNamespace

import orjson
import pytest

import api
from api import cli
from api.cli import demo, files, main, text
from api.config import plain_environment
from dedupe.errors import BadInput, NotFound

HEAVY = {"torch", "faiss", "sentence_transformers", "transformers", "fastapi"}


@pytest.fixture
def bootstrap(monkeypatch):
    """A stand-in for the engines; tests give it the functions they expect to be called."""
    fake = SimpleNamespace()
    monkeypatch.setitem(sys.modules, "api.bootstrap", fake)
    monkeypatch.setattr(api, "bootstrap", fake, raising=False)
    return fake


def run(*arguments):
    """The exit code of one command."""
    with pytest.raises(SystemExit) as left:
        main.main([str(argument) for argument in arguments])
    return left.value.code


class Echo:
    """Stands for a batch: each line comes back with its id."""

    def __init__(self, _config, **given):
        self.given = given

    def dedupe(self, lines, *, level):
        self.given["level"] = level
        for line in lines:
            try:
                yield {"id": orjson.loads(line)["id"]}
            except (ValueError, KeyError):
                yield {"error": {"detail": "is no article"}}

    def compare(self, lines):
        return self.dedupe(lines, level=None)

    credits = compare


@pytest.fixture
def articles(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id": "b"}\n')
    return path


@pytest.mark.parametrize("command", ["--help", "version", "dedupe --help", "serve --help"])
def test_help_and_version_load_no_engine(command, root):
    """Help and version answer without importing an engine or a framework."""
    program = (
        "import sys\nfrom api.cli.main import main\n"
        f"try: main({command.split()!r})\n"
        f"finally: print('loaded', sorted({HEAVY!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_copies_load_only_what_they_need(root, tmp_path):
    """Copies alone load no engine, no framework and nothing of ours that judges events."""
    (tmp_path / "in.jsonl").write_bytes(b'{"id": "a", "title": "A bridge opened on Monday"}\n')
    slow = {
        *HEAVY,
        "asyncio",
        "logging",
        "multiprocessing",
        "numpy.ma",
        "pydantic",
        "scipy",
        "tqdm",
    }
    slow |= {"w3lib", "dedupe.answer", "dedupe.evidence.event", "dedupe.judging", "dedupe.service"}
    program = (
        "import sys\nfrom api.cli.main import main\n"
        f"try: main(['dedupe', {str(tmp_path / 'in.jsonl')!r}, '--level', 'copies'])\n"
        f"finally: print('loaded', sorted({slow!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_help_lists_every_command(capsys):
    """Each command is listed once, under what it is for."""
    assert run("--help") == 0
    said = capsys.readouterr().out
    listed = [name for group in main.SECTIONS.values() for name in group]
    modules = (info.name for info in pkgutil.iter_modules(cli.__path__))
    found = [importlib.import_module(f"api.cli.{name}") for name in modules]
    assert sorted(listed) == sorted(m.command.name for m in found if hasattr(m, "command"))
    assert all(f"  {name} " in said for name in listed)


@pytest.mark.parametrize("command", ["dedupe", "compare", "credits"])
def test_batches_write_a_row_per_line(command, bootstrap, articles, tmp_path, capsys):
    """A batch command writes one line per input line, in order, and says how many."""
    bootstrap.batch = Echo
    assert run(command, articles, "-o", tmp_path / "out") == 0
    assert (tmp_path / "out").read_bytes() == b'{"id":"a"}\n{"id":"b"}\n'
    assert "2 lines, 0 rejected" in capsys.readouterr().err


def test_rejected_lines_keep_their_place_and_fail_the_run(bootstrap, tmp_path, capsys):
    """A line that cannot be used, or is empty, has an error in its place; the exit code is 1."""
    bootstrap.batch = Echo
    path = tmp_path / "in.jsonl"
    path.write_bytes(b'{"id": "a"}\n\nnonsense\r\n{"id": "d"}')
    assert run("dedupe", path, "-o", tmp_path / "out") == 1
    rows = [orjson.loads(line) for line in (tmp_path / "out").read_bytes().splitlines()]
    assert [row.get("id") for row in rows] == ["a", None, None, "d"]
    assert "4 lines, 2 rejected; first: line 2: is no article" in capsys.readouterr().err


def test_level_and_resume_are_handed_on(bootstrap, articles, tmp_path):
    """The level, --resume and the work folder reach the use case."""
    made = []
    bootstrap.batch = lambda config, **given: made.append(Echo(config, **given)) or made[-1]
    assert run("dedupe", articles, "-o", tmp_path / "o", "--level", "copies", "--resume") == 0
    assert run("dedupe", articles) == 0
    copies, both = (batch.given for batch in made)
    assert (copies["level"], copies["stories"], copies["resume"]) == ("copies", False, True)
    assert copies["work"] == tmp_path / "o.work"
    assert (both["level"], both["stories"], both["resume"]) == ("both", True, False)
    assert both["work"] is None
    assert run("dedupe", articles, "--resume") == 2


@pytest.mark.parametrize("name", ["plain.jsonl", "zipped.jsonl.gz", "zipped-without-suffix"])
def test_gzip_is_read_whatever_the_name(name, tmp_path):
    """Gzip is recognised by its content."""
    path = tmp_path / name
    content = b"one\ntwo\n"
    path.write_bytes(gzip.compress(content) if "zipped" in name else content)
    assert list(files.lines(str(path))) == [b"one", b"two"]


def test_gzip_is_read_from_standard_input(monkeypatch):
    """``-`` is standard input, inflated when it is gzip."""
    raw = io.BufferedReader(io.BytesIO(gzip.compress(b"one\n")))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=raw))
    assert list(files.lines("-")) == [b"one"]


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    """A file saved with a mark at its head is read like one without."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo")
    assert list(files.lines(str(path))) == [b"one", b"two"]


@pytest.mark.parametrize("damage", [lambda z: z[:-9], lambda z: z[:12] + b"\xff\xff" + z[14:]])
def test_damaged_gzip_is_an_error_that_names_the_file(damage, tmp_path):
    """A cut or broken gzip file is refused, not read as far as it goes."""
    path = tmp_path / "cut.gz"
    path.write_bytes(damage(gzip.compress(os.urandom(4000))))
    with pytest.raises(BadInput, match=r"cut\.gz: damaged gzip data"):
        list(files.lines(str(path)))


def test_output_is_replaced_whole_or_not_at_all(tmp_path):
    """A run that fails half way leaves the old file and no other behind."""
    out = tmp_path / "out"
    out.write_bytes(b"old")

    def rows():
        yield {"id": 1}
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        files.write_rows(str(out), rows())
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


def test_an_output_in_no_folder_is_refused_before_any_work(bootstrap, articles, tmp_path, capsys):
    """A mistyped folder is exit code 2, and is not made."""
    bootstrap.batch = Echo
    assert run("dedupe", articles, "-o", tmp_path / "nowhere" / "out") == 2
    assert "there is no folder" in capsys.readouterr().err
    assert not (tmp_path / "nowhere").exists()


def test_an_output_that_cannot_be_written_is_one_line(tmp_path):
    """What the system says of OUT is told with its name and a fix."""
    with pytest.raises(BadInput, match="cannot be written"):
        files.write_rows(str(tmp_path / "nowhere" / "out"), [{"id": 1}])


def test_replacing_keeps_permissions_and_follows_links(tmp_path):
    """The new file has the old one's mode; a link still points to it."""
    out, link = tmp_path / "out", tmp_path / "link"
    out.write_bytes(b"old")
    out.chmod(0o640)
    link.symlink_to(out)
    files.write_rows(str(link), [{"id": 1}])
    assert link.is_symlink()
    assert out.read_bytes() == b'{"id":1}\n'
    assert stat.S_IMODE(out.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_mode(tmp_path):
    """A file that was not there gets the mode any program would give it."""
    (tmp_path / "usual").write_bytes(b"")
    files.write_rows(str(tmp_path / "new"), [])
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_interrupt_leaves_the_output_and_exits_130(tmp_path, root):
    """Ctrl-C in the middle of a run leaves OUT untouched, nothing beside it, and exits 130."""
    (tmp_path / "in.jsonl").write_bytes(b'{"id": "a"}\n{"id": "b"}\n')
    (tmp_path / "out").write_bytes(b"old")
    program = (
        "import signal, sys, time, types\n"
        # Where the tests run in the background of a shell, SIGINT is ignored by what they start.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Batch:\n"
        "    def dedupe(self, lines, level):\n"
        "        yield {'id': 'a'}\n"
        "        print('half way', flush=True)\n"
        "        time.sleep(60)\n"
        "import api\n"
        "fake = types.SimpleNamespace(batch=lambda *given, **named: Batch())\n"
        "api.bootstrap = sys.modules['api.bootstrap'] = fake\n"
        "from api.cli.main import main\n"
        f"main(['dedupe', {str(tmp_path / 'in.jsonl')!r}, '-o', {str(tmp_path / 'out')!r}])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout.readline() == b"half way\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert (tmp_path / "out").read_bytes() == b"old"
    assert {path.name for path in tmp_path.iterdir()} == {"in.jsonl", "out"}


def test_a_missing_file_is_wrong_usage(capsys):
    """A file that is not there is exit code 2 and named."""
    assert run("dedupe", "nowhere.jsonl") == 2
    assert "nowhere.jsonl" in capsys.readouterr().err


def test_a_bad_setting_is_wrong_usage(bootstrap, monkeypatch, capsys):
    """A setting that cannot be used is exit code 2 and names the variable."""
    bootstrap.verify = lambda _config: []
    monkeypatch.setenv("SAMESTORY_PORT", "none")
    assert run("verify") == 2
    assert "SAMESTORY_PORT" in capsys.readouterr().err


def test_unknown_settings_are_pointed_out(bootstrap, monkeypatch, capsys):
    """A SAMESTORY_ name that is no setting is said on standard error, and nothing else happens."""
    bootstrap.verify = lambda _config: []
    monkeypatch.setenv("SAMESTORY_PROT", "1")
    assert run("verify") == 0
    assert "SAMESTORY_PROT is no setting" in capsys.readouterr().err


@pytest.mark.parametrize(("broken", "code"), [([], 0), (["article x has no vector"], 1)])
def test_verify_fails_when_a_promise_is_broken(bootstrap, broken, code, capsys):
    """Verify prints each broken promise and exits 1, else says that all hold."""
    bootstrap.verify = lambda _config: broken
    assert run("verify") == code
    assert (broken or ["all promises hold"])[0] in capsys.readouterr().out


def test_errors_are_one_line(bootstrap, capsys):
    """An error raised on purpose is one line on standard error and exit code 1."""

    def verify(_config):
        raise NotFound("article", "x")

    bootstrap.verify = verify
    assert run("verify") == 1
    assert capsys.readouterr().err == "samestory: there is no article 'x'\n"


def test_demo_needs_its_seeds(tmp_path, capsys):
    """Without a manifest the demo says which option names the folder."""
    assert run("demo", "--seeds", tmp_path) == 2
    assert "--seeds" in capsys.readouterr().err


def test_demo_posts_the_whole_file_as_body(seeds, root):
    """A seed is posted with id, title, source and date of the manifest and its file as body."""
    assert demo._articles(root / "seeds") == seeds


SPAN = {"field": "body", "start": 0, "end": 5}
ANSWER = {
    "article": {
        "id": "ar_1",
        "external_id": "001",
        "revision": 1,
        "status": "created",
        "pub_status": {"status": "usable"},
        "published": {"value": "2023-06-10", "precision": "day", "from": "claimed"},
        "furniture": [{**SPAN, "why": why} for why in ("share", "clock", "share")],
    },
    "cluster": {"id": "cl_1", "size": 1, "relation": "none", "of": None, "probability": None},
    "story": {
        "id": "st_1",
        "size": 2,
        "relation": "same_story",
        "of": "ar_0",
        "independent_sources": 2,
        "probability": 0.931,
        "related": [{"story": "st_9", "relation": "earlier"}],
    },
    "canonical": {
        "article_id": None,
        "source": "Example Agency",
        "url": None,
        "in_index": False,
        "confidence": 0.9,
        "reasons": [{"rule": "credit.republication", "text": "(Courtesy:\nExample)", "span": SPAN}],
        "disputed": True,
        "claims": [
            {"source": "Example Agency", "articles": 2, "reason": {}},
            {"source": "Other Wire", "articles": 1, "reason": {}},
        ],
    },
    "credits": [
        {
            "kind": "republication",
            "source": "Example Agency",
            "text": "(Courtesy:\nExample)",
            "span": SPAN,
            "confidence": 0.9,
        }
    ],
    "matches": [],
    "warnings": [{"field": "published", "value": "9/6/17", "action": "unreadable date ignored"}],
    "degraded": False,
}


def test_a_match_reads_as_text():
    """A passage is told by its length, weight and places, and by its first words where known."""
    body = "Nobody had seen " + "the old harbour crane " * 9
    passages = [
        {
            "ours": {"field": "body", "start": 16, "end": len(body) - 1},
            "theirs": {"field": "body", "start": 0, "end": 181},
            "words": 36,
            "weight": 0.9051,
        }
    ]
    told = {
        "relation": "excerpt",
        "p_same_text": 0.97,
        "p_same_story": 0.98,
        "evidence": {"overlap": 0.5, "lede_cosine": None, "passages": passages},
    }
    places = f"36 words, weight 0.91, ours body 16-{len(body) - 1} = theirs body 0-181"
    assert text.match(told).endswith(places)
    quoted = text.match(told, {"title": "Crane", "body": body}).rpartition(f"{places}: ")[2]
    assert quoted == "“" + body[16 : 16 + text.SHOWN - 1] + "…”"


def test_an_answer_reads_as_text():
    """The text of an answer names story, cluster, canonical source with its reason, and credits."""
    said = text.answer(ANSWER, {"ar_0": "000"})
    for part in (
        "st_1 (2 articles, 2 independent sources): same_story of 000, probability 0.93",
        "earlier: st_9",
        "cl_1 (1 article): none",
        "Example Agency, not in the index",
        "because credit.republication: “(Courtesy: Example)”",
        "the credits disagree: Example Agency (2), Other Wire (1)",
        "republication: Example Agency, “(Courtesy: Example)”",
        "clock (1), share (2)",
        "published: unreadable date ignored (9/6/17)",
    ):
        assert part in said


def test_memory_is_kept_where_the_c_library_can_be_told(monkeypatch):
    """A C library without ``mallopt`` is no reason to fail."""
    import ctypes

    from api.cli.loading import keep_freed_memory

    keep_freed_memory()
    told = []
    library = SimpleNamespace(mallopt=lambda option, value: told.append((option, value)))
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    keep_freed_memory()
    assert sorted(option for option, _ in told) == [-3, -2, -1]
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())
    keep_freed_memory()
