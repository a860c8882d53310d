"""One suite for every place outside memory that records are kept in."""

import random
from contextlib import closing
from types import SimpleNamespace

import pytest

from dedupe.errors import StoreError
from index.spill import FileSpill


@pytest.fixture(params=["file"])
def spill(tmp_path):
    with closing(FileSpill(tmp_path)) as made:
        yield made


def test_records_come_back_by_number(spill):
    """Every record is read back as it was kept, in the order asked for, as often as asked for."""
    chance = random.Random(7)
    kept = [chance.randbytes(chance.choice((0, 1, 9, 70_000))) for _ in range(3000)]
    for start in range(0, len(kept), 700):
        spill.append(kept[start : start + 700])
    asked = [chance.randrange(3000) for _ in range(500)] + list(range(40, 90)) + [5, 5, 4]
    assert spill.read(asked) == [kept[k] for k in asked]
    assert len(spill) == 3000


def test_records_kept_after_reading_are_found_too(spill):
    """Keeping and reading may take turns."""
    spill.append([b"one"])
    assert spill.read([0]) == [b"one"]
    spill.append([b"two", b""])
    assert spill.read([2, 1, 0]) == [b"", b"two", b"one"]


def test_nothing_is_nothing(spill):
    """No record kept or asked for is no error."""
    spill.append([])
    assert spill.read([]) == []


def test_the_file_has_no_name(tmp_path):
    """Nothing is left behind, not even by a process that is killed."""
    with closing(FileSpill(tmp_path)) as spill:
        spill.append([b"x" * 100_000] * 30)
        assert list(tmp_path.iterdir()) == []


def test_no_room_is_told_with_its_folder(tmp_path, monkeypatch):
    """What cannot be kept names the folder, what the system said and the fix."""
    with closing(FileSpill(tmp_path)) as spill:

        def full(records):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(spill, "_file", SimpleNamespace(writelines=full))
        with pytest.raises(StoreError, match=f"{tmp_path}.*No space left.*TMPDIR"):
            spill.append([b"x"])
        monkeypatch.undo()
    with pytest.raises(StoreError, match="nowhere"):
        FileSpill(tmp_path / "nowhere")
