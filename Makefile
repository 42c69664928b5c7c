# Needs only Python 3.11 or newer and make; everything else goes into .venv/.
PYTHON ?= python3
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: run test setup lint types contracts docs unit demo bench faults audit lock dist sbom format clean
.DEFAULT_GOAL := setup

setup: $(RUNTIME)

run: $(RUNTIME)
	$(BIN)/monitor run

demo: $(RUNTIME)
	$(BIN)/monitor demo

test: lint types contracts docs unit

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, found: $$($(PYTHON) --version 2>&1). Use: make PYTHON=/path/to/python3.11"; exit 2; }
	$(PYTHON) -m venv .venv

$(RUNTIME): $(BIN)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): $(RUNTIME) requirements-dev.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -x $(BIN)/hadolint ]; then $(BIN)/hadolint Dockerfile; else echo "Dockerfile not linted: no hadolint for this machine"; fi

format: $(DEV)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(DEV)
	$(BIN)/mypy

contracts: $(DEV)
	$(BIN)/lint-imports

# The documentation as a site in site/; a link that leads nowhere is an error. Nothing is fetched.
docs: $(DEV)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build -q --strict

# Branch coverage: 100 % where the decisions are made, 90 % over all.
unit: $(DEV)
	@rm -f .coverage .coverage.*
	$(BIN)/pytest -n 2 --cov --cov-report=
	$(BIN)/coverage report --fail-under=90
	$(BIN)/coverage report --fail-under=100 --include='monitor/core/*,monitor/pipeline/*'

# Every fault at full size, and the table of what was seen.
faults: $(DEV)
	$(BIN)/python -m tests.faults

# Known vulnerabilities of what is locked; needs the network.
audit: $(DEV)
	$(BIN)/uv tool run pip-audit --disable-pip --require-hashes -r requirements.lock

lock: $(DEV)
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --group build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --group build --extra postgres pyproject.toml -o requirements-postgres.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-header --no-annotate --group build --group dev --group docs pyproject.toml -o requirements-dev.lock

# Wheel and source in dist/, and what the wheel runs with.
dist: $(DEV) sbom
	$(BIN)/hatchling build -d dist

# The bill of materials (CycloneDX) of what the lock names.
sbom: $(RUNTIME)
	@mkdir -p dist
	$(BIN)/python deploy/sbom.py requirements.lock > dist/sbom.json

# Every comparison in one table, bench.md and bench.json. The programs it is compared with are installed beside, which
# needs the network; without it they are left out.
PEERS := .venv/peers
bench: $(DEV)
	@[ -x $(PEERS)/bin/python ] || $(BIN)/python -m venv $(PEERS)
	@$(PEERS)/bin/python -m pip install -q --disable-pip-version-check reader rss2email sgmllib3k fastfeedparser pycurl || \
	  echo "The other programs cannot be installed: polling is not compared."
	$(BIN)/python bench/table.py --peers $(PEERS)/bin/python

clean:
	rm -rf .venv dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis
