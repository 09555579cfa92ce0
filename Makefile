# Each target prints the plain command it runs, so that anyone without make can type it.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Byte code is left to the first import: compiling all of it takes longer than fetching it.
INSTALL := $(BIN)/python -m pip install --no-compile --constraint constraints.txt --editable
PINS := pyproject.toml constraints.txt

# On more cores, raise it: make test WORKERS=8
WORKERS ?= 2
# Pinned here, as constraints.txt pins Python's: npx fetches them, and nothing of them is installed.
TYPESCRIPT := typescript@7.0.2
BIOME := @biomejs/biome@2.6.8
HAS_NODE := $(shell command -v npx 2>/dev/null)

.PHONY: app train test check check-python check-frontend format kernels kernels-check bench load clean

# For a class: make app ARGS=--share
app: $(VENV)/.base
	$(BIN)/vae-explorer $(ARGS)

# For example: make train ARGS="fit --recipe plain"
train: $(VENV)/.train
	$(BIN)/python -m train $(or $(ARGS),--help)

# CI adds ARGS=--cov: the coverage of a whole run, which takes a tenth longer.
test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses $(WORKERS) $(ARGS)

check: check-python check-frontend

check-python: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

ifdef HAS_NODE
check-frontend:
	npx --yes --package $(TYPESCRIPT) tsc --checkJs --strict --noEmit --project vae_explorer/frontend/jsconfig.json
	npx --yes --package $(BIOME) biome ci --error-on-warnings
	node --test tests/frontend/*.test.js
else
check-frontend:
	@echo "check-frontend left out: tsc, Biome and the tests of tests/frontend need Node 20.19 or newer."
endif

# Lays out Python and, where there is Node, the frontend; mends what the linters can mend safely.
format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(if $(HAS_NODE),npx --yes --package $(BIOME) biome check --write)

# The WebAssembly in frontend/kernels/, made again from the C beside it; and whether that would change it.
kernels: $(VENV)/.kernels
	$(BIN)/python -m tests.kernels

kernels-check: $(VENV)/.kernels
	$(BIN)/python -m tests.kernels --check

bench: $(VENV)/.test
	$(BIN)/python -m tests.bench $(ARGS)

load: $(VENV)/.test
	$(BIN)/python -m tests.load $(ARGS)

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .coverage
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

$(VENV)/.kernels: $(PINS) | $(VENV)/pyvenv.cfg
	$(INSTALL) '.[kernels]'
	@touch $@

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$(PYTHON) is missing or older than 3.11. Name a newer one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
