# One door to every chore. Needs Python 3.11 or later with venv, and make; asks nothing.
#   make demo          a whole first session, in ./demo
#   make test          every test; arguments for pytest: make test PYTEST="-k wheel -x"

PYTHON ?= python3
PYTEST ?=
VENV   := .venv
BIN    := $(VENV)/bin
SCRIPTS := examples/demo.sh .ci/lock .ci/run .ci/venv-without-ensurepip
# -qq: errors only. A calm first run matters more than pip's remarks.
PIP    := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint format-check types imports shell bench lock clean distclean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

install: $(VENV)/.for-use ## install onhook into .venv (editable)

demo: $(VENV)/.for-use ## make kits for the example office and show what comes out
	@PATH="$(CURDIR)/$(BIN):$$PATH" sh examples/demo.sh </dev/null

test: $(VENV)/.for-development ## run every test
	@$(BIN)/python -m pytest -n auto --dist worksteal $(PYTEST)

check: lint format-check types imports shell ## ruff, mypy, import contract, shell scripts

lint: $(VENV)/.for-development
	@$(BIN)/ruff check .

format-check: $(VENV)/.for-development
	@$(BIN)/ruff format --check .

types: $(VENV)/.for-development
	@$(BIN)/mypy

imports: $(VENV)/.for-development
	@$(BIN)/lint-imports --no-logo

shell:
	@for script in $(SCRIPTS); do bash -n $$script || exit 1; done
	@if command -v shellcheck >/dev/null; then shellcheck $(SCRIPTS) && echo "Shell scripts: no issues found"; \
	else echo "Shell scripts: parsed only (shellcheck is not installed)"; fi

bench: $(VENV)/.for-development ## measure the speed ratios that docs/performance.md states
	@$(BIN)/python -m benchmarks

lock: ## write constraints.txt anew from what pyproject.toml allows today
	@sh .ci/lock "$(PYTHON)"

clean: ## remove what runs left behind (the environment stays)
	@rm -rf build dist bench-out .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@if [ -e demo/.made-by-demo ]; then rm -rf demo; fi
	@find . -path ./$(VENV) -prune -o -type d -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## remove the environment too
	@rm -rf $(VENV)

# The environment is made once; a change of pyproject.toml or constraints.txt installs again.
# The build backend comes first, pinned like the rest, so that building needs no second download.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "onhook needs Python 3.11 or later; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; } >&2
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || sh .ci/venv-without-ensurepip "$(PYTHON)" $(VENV)

$(VENV)/.for-use: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing onhook ..."
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.for-development: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing onhook and what its tests need ..."
	@$(PIP) hatchling editables
	@$(PIP) --no-build-isolation --editable '.[dev]'
	@touch $@ $(VENV)/.for-use
