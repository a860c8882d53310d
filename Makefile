# Two commands on a fresh machine: `make demo` and `make test`. Needs Python >= 3.11 and make, nothing else.
PYTHON ?= $(shell for p in python3.11 python3 python3.12 python3.13 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
.DELETE_ON_ERROR:
.PHONY: help setup demo serve check test soak bench bench-copies bench-stories bench-night bench-report

help: ## what each target is for
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1\t\2/p' Makefile

setup: .venv/installed ## .venv with the pinned set and .venv/bin/samestory

demo: setup ## the five seeds through the real service, over HTTP
	@$(BIN)/samestory demo

serve: setup ## the service on 127.0.0.1:8080, data under ./var
	@$(BIN)/samestory serve --data var

check: setup ## format, lint, types, the rules of the house, licences
	$(BIN)/ruff format --check . && $(BIN)/ruff check .
	$(BIN)/mypy && $(BIN)/lint-imports --no-cache
	$(BIN)/python .ci/check_licences.py

test: setup ## all tests but the long counts; some minutes on every core
	$(BIN)/python -m pytest -m "not soak" -n logical --maxprocesses 4 --dist loadfile --durations=15

soak: setup ## the long counts (kills, mutations), with a printed seed
	$(BIN)/python -m pytest -m soak --durations=15 -s

bench: setup ## cost of credits, POST overhead, batch throughput, peak memory
	$(BIN)/python -m benchmarks.run

bench-copies: setup ## copies next to other libraries; DATA="FILE LEXICAL" for articles of your own
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks.copies $(DATA)

bench-stories: setup ## stories next to other ways of grouping; DATA="FOLDER" or "FILE ..." with labels
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks.stories $(DATA) && $(BIN)/python -m benchmarks.graph_clusterings $(DATA)

bench-night: setup ## what a night costs and how it grows, next to libraries that find copies; DATA="--data FILE"
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks.night $(DATA)

bench-report: setup ## README, docs/benchmarks.md and plots from the kept figures
	$(PIP) -e '.[bench]'
	$(BIN)/python -m benchmarks.publish

.venv/installed: pyproject.toml constraints.txt
	@$(or $(PYTHON),false) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Samestory needs Python 3.11 or newer; install one, or name it: make PYTHON=/path/to/python3.11' >&2; exit 1; }
	$(PYTHON) -m venv .venv && $(PIP) torch
	$(PIP) -e '.[dev]' && touch $@
