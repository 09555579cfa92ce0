# Each target prints the plain command it runs, so that anyone without make can type it.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Byte code is left to the first import: compiling all of it takes longer than fetching it.
INSTALL := $(BIN)/python -m pip install --no-compile --constraint constraints.txt --editable
PINS := pyproject.toml constraints.txt

# On more cores, raise it: make test WORKERS=8
WORKERS ?= 2
TYPESCRIPT := typescript@7.0.2

.PHONY: app train test check bench clean

app: $(VENV)/.base
	$(BIN)/streamlit run vae_explorer/app.py

# For example: make train ARGS="fit --recipe plain"
train: $(VENV)/.train
	$(BIN)/python -m train $(or $(ARGS),--help)

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@if command -v npx >/dev/null; then \
	  set -x; npx --yes --package $(TYPESCRIPT) tsc --checkJs --strict --noEmit --project vae_explorer/frontend/jsconfig.json; \
	else echo "tsc left out: there is no Node here to run it with."; fi

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache
	find vae_explorer train tests -name __pycache__ -prune -exec rm -rf {} +

# One stamp an extra: what was installed, and with which pins. Each extra holds those before it, so its stamp is theirs.
$(VENV)/.base: $(PINS) | $(VENV)/pyvenv.cfg
	$(INSTALL) .
	@touch $@

$(VENV)/.train: $(PINS) | $(VENV)/pyvenv.cfg
	$(INSTALL) '.[train]'
	@touch $(VENV)/.base $@

$(VENV)/.test: $(PINS) | $(VENV)/pyvenv.cfg
	$(INSTALL) '.[test]'
	@touch $(VENV)/.base $(VENV)/.train $@

$(VENV)/.dev: $(PINS) | $(VENV)/pyvenv.cfg
	$(INSTALL) '.[dev]'
	@touch $(VENV)/.base $(VENV)/.train $(VENV)/.test $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is missing or older than 3.11. Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
