# Every target does the set-up that it needs, and nothing twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Written last: an interrupted set-up is done again.
RUN_READY := $(VENV)/.run-ready
DEV_READY := $(VENV)/.dev-ready
BENCH_READY := $(VENV)/.bench-ready
HOST ?= 127.0.0.1
PORT ?= 8501

.PHONY: install chat ask test check lint types bench eval browser clean

install: $(RUN_READY)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "chuhai: Python 3.11 or newer is needed; name one with PYTHON=… (需要 Python 3.11 以上)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(RUN_READY): pyproject.toml constraints.txt | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(DEV_READY): $(RUN_READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(BENCH_READY): $(DEV_READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

chat: install
	$(BIN)/chuhai serve --host $(HOST) --port $(PORT)

ask: install
	@test -n '$(value Q)' || { echo 'chuhai: ask with  make ask Q="your question"  (请写 make ask Q="问题")' >&2; exit 2; }
	@$(BIN)/chuhai ask -- "$$Q"

# Q reaches the shell as a variable, so that quotes and dollars in it are only text.
export Q

test: $(DEV_READY) browser
	$(BIN)/python -m pytest

# A real Chromium for the browser test, only where it is asked for.
browser:
ifeq ($(CHUHAI_INSTALL_BROWSER),1)
	@command -v chromium >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	  apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; }
endif

lint: $(DEV_READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(DEV_READY)
	$(BIN)/mypy

check: lint types test

# One measurement, or options: make bench WHAT="many --peer-model DIR"
bench: $(BENCH_READY)
	$(BIN)/python -m tests.bench $(WHAT)

# The whole eval set, held against the saved baseline, then the page of it.
eval: install
	$(BIN)/chuhai eval run --baseline evals/baselines/whitepaper.json; held=$$?; \
	  $(BIN)/chuhai eval report && exit $$held

clean:
	rm -rf $(VENV) .chuhai .pytest_cache .mypy_cache .ruff_cache dist build
