# The few commands of the project. `make help` lists them.
# Nothing but Python 3.11 or newer and make is needed: the first command that wants it makes .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := engine workflows workers server tests
# Of the tests; more help only on machines with more processors.
PROCESSES ?= 2

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory

.PHONY: help demo test test-slow check faults bench lock clean

help:  ## List the commands.
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/\1	\2/p' $(MAKEFILE_LIST) | expand -t 12

demo: $(STAMP)  ## Run mentorships through their whole lives on a simulated clock.
	@$(BIN)/mentorflow demo

test: $(STAMP)  ## Run the tests, on SQLite and on a real PostgreSQL.
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup

test-slow: $(STAMP)  ## Run the tests that are too slow for every change.
	@$(BIN)/python -m pytest -n $(PROCESSES) --dist loadgroup -m slow --hypothesis-profile explore

check: $(STAMP)  ## Lint, format check, types, import direction, budgets, lock.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/contract/test_budgets.py tests/contract/test_lock.py

faults: $(STAMP)  ## Kill, stop and restart everything under load; see that nothing is lost.
	@$(BIN)/python -m tests.faults

bench: $(STAMP)  ## Run the benchmarks.
	@$(BIN)/python -m benchmarks

# Two locks with the same versions: everything for those who work on the project, and what an
# installation needs (the image is made from it). A version stays until UPGRADE=--upgrade is given.
RESOLVE = pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header pyproject.toml --all-extras

lock:  ## Resolve the dependencies into the two lock files; UPGRADE=--upgrade for newer versions.
	@uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
		$(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet uv && uv=$(BIN)/uv; \
	fi; \
	"$$uv" $(RESOLVE) $(UPGRADE) --group dev --output-file requirements.lock && \
	"$$uv" $(RESOLVE) --upgrade --group build --constraints requirements.lock \
		--output-file requirements-run.lock

clean:  ## Remove everything that can be made again.
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# pip refuses -e together with --require-hashes, hence two calls; hatchling is in the lock, so that the
# second one has nothing to download.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

$(STAMP): $(VENV)/.locked pyproject.toml
	@$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "mentorflow needs Python 3.11 or newer; try make PYTHON=python3.11")'
	@echo "Installing into $(VENV), which takes half a minute once ..."
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes --only-binary :all: -r requirements.lock
	@touch $@
