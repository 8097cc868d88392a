# Few verbs; `make help` explains each. Everything runs from the project's own environment in .venv.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory --no-builtin-rules
# Images of Python often forbid to keep compiled modules. Then every process of the tests compiles all of them again,
# and pytest rewrites the asserts of every test module once for each of its processes.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
READY := .venv/.ready
ONCE ?=
DATABASE ?= sqlite
PANEL ?=
FOLDER ?=

.PHONY: help demo test quick check bench faults docs lock

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)$$/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: $(READY) ## emulator and gateway on this machine, a document of each kind; stays up until Ctrl-C (ONCE=1: ends by itself)
	@$(BIN)/ocote demo $(if $(filter-out 0 no,$(ONCE)),--once)

test: check ## everything that is checked: the checks below, then the whole test suite
	@tools/programs
	@# Twice as many as there are cores: most of the time a test waits for a disk, a socket or another process.
	@$(BIN)/pytest -n 4 --dist worksteal

quick: $(READY) ## the tests of single parts, of the store and of the API: under a minute (tests/README.md)
	@$(BIN)/pytest -q -n 2 --dist worksteal -p no:schemathesis -m "not slow" $(foreach floor,e2e histories browser hostile faults docs,--ignore=tests/$(floor))

check: $(READY) ## style, types, the doors between packages, the pages that are cited or generated
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m ocote.errors --check
	@$(BIN)/python -m tools.catalog --check
	@$(BIN)/python -m tools.panel_catalog --check
	@$(BIN)/python -m tools.citations
	@$(BIN)/python -m tools.names
	@$(BIN)/python -m tools.dead_code
	@$(BIN)/python -m tools.docstrings

bench: $(READY) ## what one document costs (DATABASE=postgres: on PostgreSQL; PANEL=1 FOLDER=…: every page over a million documents)
	@$(BIN)/python -m bench --database $(DATABASE) $(if $(filter-out 0 no,$(PANEL)),--panel) $(if $(FOLDER),--folder $(FOLDER))

faults: $(READY) ## every fault in full, about an hour: kills, network, disk, database, clocks, outages, attacks; one table
	@$(BIN)/python -m tests.faults

docs: $(READY) ## writes the generated files again: the table of fault codes, the compiled catalogs of texts
	@$(BIN)/python -m ocote.errors
	@$(BIN)/python -m tools.catalog
	@$(BIN)/python -m tools.panel_catalog

LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --all-extras pyproject.toml

lock: $(READY) ## resolves the dependencies again: requirements.lock for development, requirements-runtime.lock to run
	@$(LOCK) --group dev --upgrade --output-file requirements.lock
	@$(LOCK) --constraints requirements.lock --output-file requirements-runtime.lock

$(READY): pyproject.toml requirements.lock requirements-htmx.lock tools/environment
	@tools/environment
	@touch $@
