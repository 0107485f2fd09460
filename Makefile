# Everything a person runs here. Each target sets up what it needs in .venv by itself.
#   make demo    the bot in a small Slack of its own     make test    the whole test suite
#   make run     the bot with the settings in .env       make check   format, lint, types, house rules
#   make bench   the table of docs/performance.md        make lock    renew requirements.lock
#   make soak    kill the bot hundreds of times, attack it, and count (docs/reliability.md, security.md)

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What is started many times, as the tests start the bot, is compiled once.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test check bench soak lock clean
.DEFAULT_GOAL := test

demo: .venv/.ready
	@$(BIN)/python -m tests.workspace.demo $(ARGS)

run: .venv/.ready
	@$(BIN)/foljsam run

test: .venv/.ready
	$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/.ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests/test_house.py tests/bot/test_texts.py tests/storage/test_schema.py $(ARGS)

bench: .venv/.ready
	@$(BIN)/python -m tests.benchmarks $(ARGS)

soak: .venv/.ready
	@$(BIN)/python -m tests.reliability.soak $(ARGS)
	@$(BIN)/python -m tests.reliability.hostile --suite $(ARGS)

lock: .venv/.ready
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

.venv/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Följsam needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing into .venv (once, about a minute) …"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
