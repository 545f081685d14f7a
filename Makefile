# Two commands matter: `make run` and `make test`. Python 3.11 or newer and make are all they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test check lint types contracts bench golden clean

run: $(VENV)/run.stamp
	@$(BIN)/tact serve

test: $(VENV)/test.stamp
	@$(BIN)/python -m pytest

check: $(VENV)/test.stamp lint types contracts test

lint: $(VENV)/test.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/test.stamp
	@$(BIN)/mypy

contracts: $(VENV)/test.stamp
	@$(BIN)/lint-imports

bench: $(VENV)/test.stamp
	@$(BIN)/python -m benchmarks

golden: $(VENV)/test.stamp
	@$(BIN)/python -m pytest tests/golden --update-golden

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| (echo "Tact needs Python 3.11 or newer: make PYTHON=python3.11" >&2; exit 2)
	@$(PYTHON) -m venv $(VENV)

# A stamp is newer than what it was made from; an install that was cut off leaves none.
$(VENV)/run.stamp: requirements/run.txt setup.cfg pyproject.toml | $(BIN)/python
	@echo "Installing what Tact needs (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/test.stamp: requirements/test.txt $(VENV)/run.stamp
	@echo "Installing what the tests need (once) ..." >&2
	@$(PIP) install --require-hashes -r requirements/test.txt
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
