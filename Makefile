# What developers type. `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help install check test lint types lock format scenarios suggest-score bench fuzz translations review catalogue docs site demo ci torture clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

install: $(BIN)/suptime ## set up .venv with suptime and everything its developers use

$(BIN)/suptime: pyproject.toml requirements/develop.lock
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet -r requirements/develop.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

test: install ## run the tests that need Python alone
	$(BIN)/python -m pytest -q -n auto -m 'not browser and not postgres and not programs'

check: lint types ## check what can be checked in a minute: style, imports, types, the tests of single modules
	$(BIN)/python -m pytest -q -n auto tests/contracts tests/domain tests/invoicing tests/laws/test_values.py tests/render tests/settings tests/test_*.py tests/cli/test_start_up.py

lint: install ## check style and imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/circles.py

types: install ## check types
	$(BIN)/mypy --strict

lock: install ## lock the newest versions that pyproject.toml allows
	$(BIN)/python tools/make_lock.py

format: install ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

scenarios: install ## play the scenarios
	$(BIN)/python tests/scenarios/run.py --suptime $(BIN)/suptime

suggest-score: install ## measure how well requests are classified by their words
	$(BIN)/python tests/contracts/triage/scoring.py

torture: install ## kill, fill, lock and damage a store thousands of times, and count what was lost
	$(BIN)/python tests/system/torture/torture.py --write

bench: install ## measure what commands cost, on stores of up to a million work units
	$(BIN)/python benchmarks/bench.py $(BENCH)

fuzz: install ## throw a hundred thousand inputs at each reader; takes an hour
	$(BIN)/python tests/system/fuzz/run.py $(FUZZ)

translations: install ## bring the catalogues of translators up to date with the texts
	$(BIN)/python tools/make_translations.py

review: install ## write the texts of documents as CSV, for native readers to check, into build/review
	$(BIN)/python tools/make_review.py

catalogue: install ## write the catalogue of columns from the tables, for reads without SQLModel
	$(BIN)/python tools/make_catalogue.py

docs: install ## write anew what in the documentation is made from the program
	$(BIN)/python tools/make_manual.py
	$(BIN)/python -m pytest -q tests/docs --refresh-docs

site: install ## make the documentation a site, in site/, to be read without a network
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

demo: install ## try suptime on the sample data
	$(BIN)/suptime demo --out demo

ci: ## everything that must hold, on a copy of the last commit
	.ci/run

clean: ## remove what was built
	rm -rf .venv build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
