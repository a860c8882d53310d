"""The files in ``deploy/``: systemd takes the units, and the alerts name figures that there are."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess

import pytest
import yaml

from api.cli import main
from api.cli.exits import Exit
from api.metrics import Metrics
from dedupe.night.health import Health
from dedupe.night.records import NightRecord, NightState

UNITS = ("samestory.service", "samestory-night.service", "samestory-night.timer")


class Unit(configparser.ConfigParser):
    """A unit file: names may come more than once, and their case counts."""

    def __init__(self, text):
        super().__init__(strict=False, interpolation=None, delimiters=("=",))
        self.optionxform = str
        self.read_string(text)


@pytest.fixture(params=UNITS)
def path(request, root):
    return root / "deploy/systemd" / request.param


def test_units_are_made_of_sections_and_settings(path):
    """Each has a description; services start a command of ours with options that it has."""
    unit = Unit(path.read_text(encoding="utf-8"))
    assert unit["Unit"]["Description"]
    if "Service" in unit:
        program, name, *words = unit["Service"]["ExecStart"].split()
        assert program.endswith("/bin/samestory")
        command = main.cli.get_command(None, name)
        command.make_context(name, words)


def test_the_night_steps_behind_and_is_refused_without_alarm(root):
    """Another night that is running is no failure; the timer makes up for a night that was missed."""
    folder = root / "deploy/systemd"
    night = Unit((folder / "samestory-night.service").read_text(encoding="utf-8"))["Service"]
    assert int(night["SuccessExitStatus"]) == Exit.NIGHT_RUNNING
    assert (int(night["Nice"]), night["IOSchedulingClass"]) == (10, "idle")
    timer = Unit((folder / "samestory-night.timer").read_text(encoding="utf-8"))["Timer"]
    assert timer["Persistent"] == "true"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_units(root, tmp_path):
    """Nothing in them is unknown to it, once the command is where they say."""
    for name in UNITS:
        text = (root / "deploy/systemd" / name).read_text(encoding="utf-8")
        text = re.sub(
            r"^ExecStart=\S+", f"ExecStart={shutil.which('true')}", text, flags=re.MULTILINE
        )
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to" in done.stderr and "bus" in done.stderr:
        pytest.skip("systemd cannot look at units here")
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_alerts_name_figures_that_there_are(root):
    """Every figure in a rule is one that /metrics tells of a store with nights."""
    night = NightRecord(
        number=1,
        started=0.0,
        finished=1.0,
        state=NightState.APPLIED,
        since=None,
        churn={"clusters_merged": 1.0},
    )
    now = Health(running=night, last=night, last_good=night, ended={NightState.FAILED: 1})
    metrics = Metrics()
    metrics.watch(waiting=lambda: 0, counts=dict, withheld=dict, nights=lambda: now)
    told = set(re.findall(r"^samestory_\w+", metrics.text().decode(), re.MULTILINE))
    pages = [(root / "docs/operations.md").read_text(encoding="utf-8")]
    rules = yaml.safe_load((root / "deploy/prometheus/samestory-night.rules.yml").read_bytes())
    pages += [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    named = {name for page in pages for name in re.findall(r"\bsamestory_night_\w+", page)}
    assert len(named) >= 5
    assert named <= told
