"""The command with its real parts behind it."""

from __future__ import annotations

import subprocess
import sys

import orjson
import pytest

from api.cli import main
from api.config import plain_environment

ENGINES = ("torch", "faiss", "sentence_transformers", "transformers")
PIECES = [
    {
        "id": "a",
        "title": "Ferry service to the island resumes",
        "source": "Example Herald",
        "published": "2024-03-05T08:00:00Z",
        "body": "The ferry to the island sails again from Tuesday after engineers replaced both "
        "engines, the harbour office said. Crossings take forty minutes and run every two hours "
        "until the end of the month, when the summer timetable begins.",
    },
    {
        "id": "b",
        "title": "Ferry service to the island resumes",
        "source": "Sample Post",
        "published": "2024-03-05T10:00:00Z",
        "body": "The ferry to the island sails again from Tuesday after engineers replaced both "
        "engines, the harbour office said. Crossings take forty minutes and run every two hours "
        "until the end of the month, when the summer timetable begins. (Courtesy: Example Herald)",
    },
    {
        "id": "c",
        "title": "Library extends its opening hours",
        "source": "Sample Post",
        "published": "2024-03-06T10:00:00Z",
        "body": "From next week the town library opens on Sundays as well. Staff had asked for more "
        "time to show visitors the new reading rooms, and the council found money for two posts.",
    },
]


def samestory(*arguments, cwd, program=None, **settings):
    """One command in a process of its own."""
    head = ["-c", program] if program else ["-m", "api.cli.main"]
    return subprocess.run(
        [sys.executable, *head, *map(str, arguments)],
        cwd=cwd,
        env=plain_environment() | settings,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


def lines(path, rows):
    path.write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))
    return path


@pytest.mark.parametrize("command", [["dedupe", "--level", "copies"], ["credits"]])
def test_copies_and_credits_load_no_engine(command, root, tmp_path):
    """Copies and credits are found without importing the encoder or the vector index."""
    source = lines(tmp_path / "in.jsonl", PIECES)
    program = (
        "import sys\nfrom api.cli.main import main\ntry: main(sys.argv[1:])\n"
        f"finally: print('loaded', [n for n in {ENGINES!r} if n in sys.modules])"
    )
    out = tmp_path / "out.jsonl"
    done = samestory(*command, source, "-o", out, cwd=root, program=program)
    assert (done.returncode, done.stdout.strip()) == (0, "loaded []"), done.stderr
    assert len(out.read_bytes().splitlines()) == len(PIECES)


def test_copies_are_grouped_in_the_order_of_the_lines(root, tmp_path):
    """A repost lies with its original, the unrelated piece alone; rejected lines keep their place."""
    source = tmp_path / "in.jsonl"
    lines(source, [PIECES[2], {"id": "empty"}, PIECES[0], PIECES[1]])
    out = tmp_path / "out.jsonl"
    done = samestory("dedupe", source, "-o", out, "--level", "copies", cwd=root)
    assert done.returncode == 1, done.stderr
    rows = [orjson.loads(line) for line in out.read_bytes().splitlines()]
    assert [row["id"] for row in rows] == ["c", "empty", "a", "b"]
    assert "error" in rows[1]
    alone, _, original, repost = rows
    assert original["cluster"] == repost["cluster"] != alone["cluster"]
    assert repost["canonical_id"] == "a"
    assert repost["of"] == "a"
    assert {row["story"] for row in (alone, original, repost)} == {None}


@pytest.mark.model
def test_the_demo_shows_what_is_right_for_the_seeds(root, tmp_path):
    """The demo posts the seeds, names the phantom with its phrase, and ends with two stories."""
    done = samestory("demo", "--seeds", root / "seeds", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Al Jazeera, not in the index" in done.stdout
    assert "(Courtesy: Al-Jazeera)" in done.stdout
    stories = done.stdout.split("The stories")[1]
    assert stories.count("\nstory ") == 2
    assert list(tmp_path.iterdir()) == []


def test_what_was_ingested_is_there_for_the_other_commands(tmp_path, monkeypatch, capsys):
    """What ingest stores, check, show, explain and verify find in the same data folder."""
    data = tmp_path / "data"
    source = lines(tmp_path / "in.jsonl", PIECES[:2])

    monkeypatch.setenv("SAMESTORY_MODEL", "hashed")

    def ask(*words):
        with pytest.raises(SystemExit) as left:
            main.main([*map(str, words), "--data", str(data)])
        said = capsys.readouterr()
        assert left.value.code == 0, said.err
        return said.out

    answers = map(orjson.loads, ask("ingest", source, "--json").splitlines())
    ids = [answer["article"]["id"] for answer in answers]
    assert "2 unchanged" in ask("ingest", source)
    shown = orjson.loads(ask("show", "b", "--json"))
    assert (shown["article"]["id"], shown["cluster"]["size"]) == (ids[1], 2)
    assert "Example Herald: Ferry service" in ask("show", shown["cluster"]["id"])
    assert "Sample Post: Ferry service" in ask("show", shown["story"]["id"])
    (line,) = orjson.loads(ask("stories", "--query", "ferry", "--min-size", "2", "--json"))
    assert (line["id"], line["size"]) == (shown["story"]["id"], 2)
    assert line["headline"]["title"] in ask("stories", "--outlet", "sample post")
    assert ask("stories", "--until", "1990-01-01") == "no story\n"
    assert orjson.loads(ask("explain", "a", ids[1], "--json"))["article_id"] == ids[1]
    third = tmp_path / "one.json"
    third.write_bytes(orjson.dumps({**PIECES[0], "id": "d", "source": "Third Paper"}))
    checked = orjson.loads(ask("check", third, "--json"))
    assert checked["cluster"]["id"] == shown["cluster"]["id"]
    assert ask("verify") == "all promises hold\n"
    assert ask("rebuild-index") == "2 articles indexed\n"


@pytest.mark.parametrize("words", [["show", "a"], ["stories"], ["explain", "a", "b"], ["verify"]])
def test_asking_about_a_store_makes_none(words, root, tmp_path):
    """A mistyped data folder is named, and is not made."""
    nowhere = tmp_path / "nowhere"
    done = samestory(*words, "--data", nowhere, cwd=root, SAMESTORY_MODEL="hashed")
    assert (done.returncode, done.stderr) == (
        1,
        f"samestory: there is no store in {nowhere}; name its folder with --data\n",
    )
    assert not nowhere.exists()


@pytest.mark.model
def test_nothing_is_drawn_where_nobody_looks(root, tmp_path):
    """Off a terminal standard error holds the tally alone, not a bar of any library's."""
    source = lines(tmp_path / "in.jsonl", PIECES)
    done = samestory("dedupe", source, "-o", tmp_path / "out.jsonl", cwd=root)
    assert (done.returncode, done.stderr) == (0, "3 lines, 0 rejected\n")
