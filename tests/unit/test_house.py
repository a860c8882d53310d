"""The rules of the house that the other tools do not check."""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.util
import json
import pkgutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOMS = ("dedupe", "index", "api")
DATA_FILES = {".html", ".json", ".py", ".sql", ".toml", ".tsv", ".txt", ".typed"}
SEEDS = {
    "000_5eee4340e4058f6f.txt": "189cf6790897923809e18b65ede7d21c70645317b67efacb286faf6c96701148",
    "001_4b6367fe4513cf0f.txt": "5ae77ed8ae92df924f0d30c2219de0a025f4747482c18c582db57c37ecb73edb",
    "002_f30aaf43ba5361f9.txt": "da80f3ab687690d182ca4d77e662a3360edf8fa86f8044f9011ddf4269a4670d",
    "003_5efd967dfd629442.txt": "5eb56422e64254e40db94b740da618922222c4b44897a0119554fc4cd69ee7a3",
    "004_43ed14ddc333f95f.txt": "fe8729a9f13e4ae89ae038e7bbe485f8d851751cd971a03a9ce6693bf489c30c",
    "manifest.json": "c729278d7d7939008b55c2b13e6cfce567409fe021db329463c09407c3265153",
}
LINES_IN_A_MODULE = 400
LINES_IN_A_FUNCTION = 60


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


def sources(root):
    return sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))


def test_seeds_are_byte_exact(root):
    """The seeds and their manifest are the files the service was specified with."""
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (root / "seeds").iterdir()
        if path.name != "NOTICE"
    }
    assert found == SEEDS
    named = {seed["file"] for seed in json.loads((root / "seeds/manifest.json").read_bytes())}
    assert named == SEEDS.keys() - {"manifest.json"}


def test_notice_says_whose_the_seeds_are(root):
    """The seeds' notice says that they belong to their publishers."""
    assert "belong to their publishers" in (root / "seeds/NOTICE").read_text(encoding="utf-8")


def test_wheel_holds_the_rooms_with_their_data_and_nothing_else(root, tmp_path):
    """The wheel carries every module and data file of the rooms; no seeds, tests or benchmarks."""
    (wheel,) = WheelBuilder(str(root)).build(directory=str(tmp_path), versions=["standard"])
    names = set(zipfile.ZipFile(wheel).namelist())
    rooms = {name for name in names if ".dist-info/" not in name}
    expected = {
        path.relative_to(root).as_posix()
        for room in ROOMS
        for path in (root / room).rglob("*")
        if path.is_file() and path.suffix in DATA_FILES
    }
    assert rooms == expected
    assert "dedupe/py.typed" in rooms
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_rules_of_the_house_are_contracts(project):
    """import-linter is told every rule of who may import whom."""
    kinds = {(c["type"], c["name"]) for c in project["tool"]["importlinter"]["contracts"]}
    assert kinds == {
        ("layers", "arrows point inward: api, index, dedupe"),
        ("forbidden", "dedupe decides without engines, frameworks, files, clock or environment"),
        ("independence", "stages of the pipeline never import each other"),
        ("protected", "only provenance and canonical read the list of sources"),
        ("independence", "adapters never import each other"),
        ("protected", "only bootstrap picks adapters"),
    }


def test_only_config_reads_the_environment(root):
    """No module but api/config.py touches os.environ or os.getenv."""
    readers = {
        path.relative_to(root).as_posix()
        for path in sources(root)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "environb", "getenv"}
    }
    assert readers == {"api/config.py"}


def test_packages_export_what_they_name():
    """Every name in a package's or module's ``__all__`` exists."""
    for room in ROOMS:
        package = importlib.import_module(room)
        for name in getattr(package, "__all__", ()):
            assert hasattr(package, name), f"{room}.{name}"
    ports = importlib.import_module("dedupe.ports")
    classes = {name for name, thing in vars(ports).items() if _defined_in(ports, thing)}
    assert set(ports.__all__) == classes


def _defined_in(module, thing):
    return isinstance(thing, type) and thing.__module__ == module.__name__


def test_modules_and_functions_stay_small(root):
    """No module passes 400 lines and no function 60."""
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= LINES_IN_A_MODULE, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = node.end_lineno - node.lineno + 1
                assert size <= LINES_IN_A_FUNCTION, f"{path}: {node.name} has {size} lines"


def test_no_module_is_called_after_nothing(root):
    """A file's name says what is in it."""
    vague = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
    assert not [path for path in sources(root) if path.stem in vague]


def test_every_test_says_what_holds(root):
    """Each test has a docstring: the behaviour in one sentence."""
    silent = [
        f"{path.name}: {node.name}"
        for path in sorted((root / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_dependency_is_pinned(root, project):
    """Each direct dependency has one exact version in the constraints, torch without a suffix."""
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if line and not line.startswith("#"))
    wanted = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    names = {need.split(">=")[0].lower().replace("_", "-") for need in wanted}
    assert names <= pins.keys()
    assert pins["torch"] == "2.13.0"
    assert not [line for line in lines if "+" in line or "://" in line or line.startswith("-")]


def test_bare_import_of_every_module_starts_nothing(root):
    """Importing any module of dedupe loads no engine and no framework."""
    names = [module.name for module in pkgutil.walk_packages([str(root / "dedupe")], "dedupe.")]
    heavy = {"torch", "faiss", "sentence_transformers", "fastapi", "sqlite3"}
    program = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        f"print(sorted({heavy!r} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.fixture(scope="module")
def licences(root):
    spec = importlib.util.spec_from_file_location("check_licences", root / ".ci/check_licences.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("expression", "passes"),
    [
        ("MIT", True),
        ("BSD License", True),
        ("MPL-2.0 AND (Apache-2.0 OR MIT)", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only OR MIT", True),
        ("GPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
        ("MIT AND AGPL-3.0-only", False),
        ("(MIT OR GPL-2.0-only) AND LGPL-3.0-only", False),
        ("MIT AND (GPL-2.0-only OR LGPL-3.0-only)", False),
        ("UNKNOWN", False),
    ],
)
def test_licences_are_judged_as_a_whole(licences, expression, passes):
    """A licence passes when one of its alternatives is allowed in all its parts."""
    assert licences.allowed(expression) is passes
