# make demo   cracks found in synthetic photographs without a drawn mask, in a few minutes
# make test   the test suite
# make lint   what CI checks besides the tests
# make docs   the documentation site, in docs/_build/html
# Each makes .venv when it is missing; PYTHON=python3.12 chooses another interpreter.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
INSTALLED := $(VENV)/.installed
DOCS_INSTALLED := $(VENV)/.installed-docs
RUN := $(VENV)/bin/python

.PHONY: demo test lint format docs

demo: $(INSTALLED)
	$(RUN) tools/demo.py $(DEMO_ARGS)

test: $(INSTALLED)
	OMP_NUM_THREADS=1 $(RUN) -m pytest -n 2 --dist loadfile $(TEST_ARGS)

lint: $(INSTALLED)
	$(RUN) -m ruff check
	$(RUN) -m ruff format --check
	$(RUN) -m codespell_lib .

format: $(INSTALLED)
	$(RUN) -m ruff check --fix
	$(RUN) -m ruff format

docs: $(DOCS_INSTALLED)
	OMP_NUM_THREADS=1 $(RUN) -m sphinx --fail-on-warning --keep-going --fresh-env --quiet docs docs/_build/html

$(DOCS_INSTALLED): $(INSTALLED)
	$(RUN) -m pip install --progress-bar off -c constraints.txt -e '.[docs]'
	touch $@

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --upgrade pip
	$(RUN) -m pip install --progress-bar off -c constraints.txt -e '.[test]'
	touch $@
