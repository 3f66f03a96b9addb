# What a newcomer needs, from a fresh clone. `make` alone says what there is.
.DEFAULT_GOAL := help
.PHONY: help run test test-all bench lint clean

# An interpreter to use instead of the first suitable python3, python3.12 or python3.11.
PYTHON ?=
export PYTHON

python := .venv/bin/python
# Test processes: one a core, at most four, and all tests of a file in the same one so that they share its servers.
PARALLEL ?= -n auto --maxprocesses=4 --dist=loadfile
# More options for pytest: make test ARGS="-k coupons"
ARGS ?=

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

run: ## install, start everything with demo data, and say where the console is (Ctrl-C stops it)
	@.ci/setup
	@.venv/bin/gatehouse up

test: ## all tests that can run here; says which were skipped and why
	@.ci/setup test
	@.ci/pytest $(PARALLEL) -m "not slow" $(ARGS)

test-all: ## all tests, the slow ones too; fails where test would skip
	@.ci/setup test browser postgres-test
	@REQUIRE_ALL=1 REQUIRE_POSTGRES=1 REQUIRE_BROWSER=1 .ci/pytest $(PARALLEL) $(ARGS)

bench: ## time the parts that matter, print the table, write benchmarks/results/*.json
	@.ci/setup bench || .ci/setup
	@$(python) -m benchmarks.run

lint: ## ruff and mypy
	@.ci/setup test dev
	@$(python) -m ruff check .
	@$(python) -m mypy

clean: ## remove what make made; your data in ./var stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -exec rm -rf {} +
