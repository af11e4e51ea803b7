# make         set up, then build this repository's own site into public/
# make test    set up, then run every test
# make check   format, lint, types
# make bench   benchmarks (see docs/performance.md)
# make screenshots   the README's pictures

PY ?= python3
BIN := .venv/bin
# What Python compiled is kept, whatever the environment says: every start is quicker.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: all site test check format bench screenshots clean

all: site

site: .venv/site
	$(BIN)/gleanings build
	@echo "Open public/index.html"

test: .venv/test
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

check: .venv/test .venv/lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: .venv/lint
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Builds beside Hugo, Pelican and Eleventy, which are installed into .gleanings-bench/ where they can be.
# Another run: make bench BENCH="--entries 48000 --rounds 1 --only gleanings,plain,hugo"
bench: .venv/site
	$(BIN)/python benchmarks/builds.py $(BENCH)
	$(BIN)/python benchmarks/load_archive.py
	$(BIN)/python benchmarks/pick_into_month.py
	$(BIN)/python benchmarks/fetch_many.py $$($(BIN)/python benchmarks/peers.py reader)

# Needs Chromium; the pictures show the faces of the machine they are made on (Debian: fonts-urw-base35).
screenshots: .venv/test
	$(BIN)/python scripts/screenshots.py

# .gleanings/ stays: it holds the decisions about the inbox.
clean:
	rm -rf .venv public dist

# A venv without pip of its own: works on a Debian that has neither python3-venv nor ensurepip.
.venv/pip: scripts/install_pip.py
	$(PY) -m venv --without-pip .venv
	$(PY) scripts/install_pip.py $(BIN)/python
	touch $@

# What pip installs in place it does not compile; where the environment forbids Python to, every start would.
.venv/site: pyproject.toml | .venv/pip
	$(BIN)/python -m pip install --quiet --editable '.[full]'
	$(BIN)/python -m compileall -q src
	touch $@

.venv/test: pyproject.toml | .venv/site
	$(BIN)/python -m pip install --quiet --group test --group browser
	touch $@

.venv/lint: pyproject.toml | .venv/pip
	$(BIN)/python -m pip install --quiet --group lint
	touch $@
