# Each target is one line; what it does in detail stands in the command that it calls.
PYTHON   ?= python3
VENV     ?= .venv
BIN      := $(VENV)/bin
INSTALL  := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock
BROWSER  ?= yes
LAB_ARGS ?=
# One process for each core; a file stays on one of them. Each process computes with one thread.
PYTEST   := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist loadfile
NO_BROWSER := $(if $(filter no,$(BROWSER)),-m "not browser")

.PHONY: lab test demo release lint dev clean help

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile | expand -t 16

lab: $(VENV)/.course  ## open the course in JupyterLab; LAB_ARGS="--no-browser --port 8899" are passed on
	@$(BIN)/dl-course lab $(LAB_ARGS)

test: $(VENV)/.test  ## run every test; BROWSER=no leaves the browser tests out, PYTEST_ARGS are passed on
	@$(BIN)/python -m tests.machine $(BROWSER) && $(PYTEST) $(NO_BROWSER) $(PYTEST_ARGS)

demo: $(VENV)/.course  ## a whole class cycle on unit 02: release, five submissions, grades, feedback, report
	@$(BIN)/dl-course demo

release: $(VENV)/.course  ## exercises/ -> release/ and solutions/
	@$(BIN)/dl-course release

lint: $(VENV)/.dev  ## ruff over code and notebooks
	@$(BIN)/ruff check .

lock: $(VENV)/.test  ## pin in requirements.lock what is installed now
	@$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu//' > requirements.lock

dev: $(VENV)/.dev  ## everything that authors need, with the pre-commit hooks
	@$(BIN)/pre-commit install

clean:  ## remove the environment and what tests left behind; nobody's work, no grade
	rm -rf $(VENV) .pytest_cache .ruff_cache .hypothesis tests/artefacts demo

$(BIN)/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or sys.exit("make: Python %d.%d is too old or too new; 3.11 to 3.13 are supported: make PYTHON=python3.12" % v)'
	@$(PYTHON) -m venv $(VENV) || { echo "make: $(PYTHON) cannot create an environment; on Debian and Ubuntu: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.course: $(BIN)/python pyproject.toml requirements.lock
	@echo "Installing the course into $(VENV) (a few minutes the first time) ..." && $(INSTALL) --editable '.[instructor]' && touch $@

$(VENV)/.test: $(VENV)/.course
	@echo "Installing the test tools ..." && $(INSTALL) --editable '.[test]' && touch $@

$(VENV)/.dev: $(VENV)/.test
	@$(INSTALL) --editable '.[dev]' && touch $@
