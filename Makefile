# make run     start Meetingtracker (PORT=8000, DEMO=1 for demo data)
# make test    all tests        make check   what CI runs: format, lint, imports, types, templates, tests, wheel
# make prove   long proofs      make bench   measure against the floor        make lock   renew requirements.lock

VENV = .venv
BIN = $(VENV)/bin
# Work for the tests is shared out to so many processes.
JOBS = 2
export JOBS

.PHONY: run test check lint wheel format prove bench lock
.DEFAULT_GOAL := run

run: $(VENV)/.run
	@exec $(BIN)/meetingtracker

test: $(VENV)/.dev
	@scripts/test.sh $(VENV) -m "not prove"

# The quickest step first, so that a slip shows at once.
check: lint test wheel

lint: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/djlint --lint --quiet templates

wheel: $(VENV)/.dev
	@scripts/check-wheel.sh $(BIN)/python

format: $(VENV)/.dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

prove: $(VENV)/.dev
	@scripts/test.sh $(VENV) -m prove
	@scripts/test.sh $(VENV) --pages-on-both -m "postgres and not prove" tests/pages

bench: $(VENV)/.dev
	$(BIN)/python -m bench

lock:
	scripts/lock.sh

# Stamps: the environment is made again only when what it is made from has changed.
$(VENV)/.run: pyproject.toml requirements.lock
	@scripts/environment.sh $(VENV) mfa,sso
	@touch $@

$(VENV)/.dev: pyproject.toml requirements.lock
	@scripts/environment.sh $(VENV) dev
	@touch $@ $(VENV)/.run
