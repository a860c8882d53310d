"""Settings from the environment."""

from __future__ import annotations

import os
from dataclasses import fields

import pytest

from api.config import (
    PREFIX,
    Config,
    Shipped,
    plain_environment,
    shipped,
    unknown_variables,
)
from dedupe.errors import BadInput
from dedupe.settings import Settings


def shown(value, *, hours):
    """A default as the documentation writes it and as it may be set."""
    if value is None or value == ():
        return "none"
    return f"`{value:g}h`" if hours else f"`{value}`"


def lasts(field):
    """The setting is a length of time, for which a bare number is refused."""
    return any(part in str(field.annotation) + str(field.metadata) for part in ("Hours", "hours"))


def test_documentation_lists_every_setting(root):
    """docs/configuration.md has a row for each setting, with its default and what it is."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | {shown(field.default, hours=lasts(field))} | {field.description} |"
        for name, field in Config.model_fields.items()
    ]
    text = (root / "docs/configuration.md").read_text(encoding="utf-8")
    table = [line for line in text.splitlines() if line.startswith(f"| `{PREFIX}")]
    assert table == rows


def test_judging_runs_on_the_shipped_numbers():
    """Without anything set, judging gets exactly the defaults of dedupe.settings."""
    assert Config.load().settings() == Settings()


@pytest.mark.parametrize("field", fields(Settings), ids=lambda field: field.name)
def test_every_number_of_judging_can_be_set(monkeypatch, field):
    """Each of judging's numbers follows its variable."""
    shipped = 3.0 if field.default is None else field.default
    value = shipped / 2 if isinstance(shipped, float) else shipped + 1
    unit = "h" if field.name in {"keep_text", "purge_killed_after"} else ""
    monkeypatch.setenv(PREFIX + field.name.upper(), f"{value}{unit}")
    assert getattr(Config.load().settings(), field.name) == value


def test_a_length_of_time_without_unit_is_refused(monkeypatch):
    """Texts are not removed after ninety hours because somebody meant days."""
    monkeypatch.setenv("SAMESTORY_KEEP_TEXT", "90")
    with pytest.raises(BadInput, match="such as 90d"):
        Config.load()


def test_an_option_goes_before_the_environment(monkeypatch):
    """What is given in code wins; None means not given."""
    monkeypatch.setenv("SAMESTORY_PORT", "9000")
    assert Config.load(port=9001).port == 9001
    assert Config.load(port=None).port == 9000


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "tcp://10.0.0.1:8080"),
        ("PORT", "65536"),
        ("COPY_THRESHOLD", "1.5"),
        ("STORY_WINDOW_DAYS", "0"),
        ("MAX_BATCH", "0"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_bad_value_is_refused_by_name(monkeypatch, name, value):
    """The error names the variable, the value and what the setting is for."""
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(BadInput) as caught:
        Config.load()
    assert caught.value.field == PREFIX + name
    assert repr(value) in str(caught.value)
    assert Config.model_fields[name.lower()].description in caught.value.fix


def test_an_empty_value_is_not_set(monkeypatch):
    """An empty variable leaves the default."""
    monkeypatch.setenv("SAMESTORY_DATA", "")
    assert Config.load() == Config()


def test_a_wrong_name_in_code_is_refused():
    """A setting that does not exist cannot be given."""
    with pytest.raises(BadInput, match="no such setting"):
        Config.load(prot=8080)


def test_unknown_variables_are_named(monkeypatch):
    """Names with our prefix that are no setting are listed."""
    monkeypatch.setenv("SAMESTORY_PROT", "1")
    monkeypatch.setenv("SAMESTORY_PORT", "1")
    assert unknown_variables() == ("SAMESTORY_PROT",)


def test_plain_environment_has_none_of_our_settings(monkeypatch):
    """Everything but our settings is passed on."""
    monkeypatch.setenv("SAMESTORY_PORT", "1")
    monkeypatch.setenv("OTHER_PORT", "2")
    assert "SAMESTORY_PORT" not in plain_environment()
    assert plain_environment()["OTHER_PORT"] == "2"


def test_lists_are_separated_by_commas(monkeypatch):
    """A list in the environment is split at commas and trimmed."""
    monkeypatch.setenv("SAMESTORY_ALLOWED_HOSTS", " news.example, [::1] ,")
    assert Config.load().allowed_hosts == ("news.example", "[::1]")


def test_keys_come_from_the_variable_and_the_file(tmp_path):
    """Both sources of API keys count; comments and blank lines do not."""
    path = tmp_path / "keys"
    path.write_text("# desk\nread:aa # reader\n\nadmin:bb\n", encoding="utf-8")
    config = Config.load(api_keys="write:cc", api_keys_file=path)
    assert config.key_lines() == ("write:cc", "read:aa", "admin:bb")


def test_a_missing_key_file_is_refused(tmp_path):
    """A key file that is not there is an error, not an open door."""
    with pytest.raises(BadInput, match="SAMESTORY_API_KEYS_FILE"):
        Config.load(api_keys_file=tmp_path / "nowhere").key_lines()


def test_what_is_shipped_is_what_holds_where_nothing_is_set():
    """The settings that load no library are those that a checked record without values has."""
    checked = Config.load()
    assert Shipped().settings() == checked.settings()
    assert Shipped().max_body_bytes == checked.max_body_bytes


@pytest.mark.parametrize("name", ["SAMESTORY_COMMON_HASH", "samestory_common_hash", "SAMESTORY_X"])
def test_whatever_is_set_is_checked(monkeypatch, name):
    """With any of our names in the environment the shipped settings do not stand in."""
    for other in [n for n in os.environ if n.upper().startswith(PREFIX)]:
        monkeypatch.delenv(other)
    assert shipped() == Shipped()
    monkeypatch.setenv(name, "")
    assert shipped() is None
