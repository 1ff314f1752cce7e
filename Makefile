# The commands of this project; `make` alone lists them.
# PYTHON= chooses the interpreter, PORT= the port, VAR= the data folder.

PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
RUN := .venv/bin/python
PURE := rules cms_adapters tests/rules tests/cms_adapters tests/house
TEST ?=
export PORT

.DEFAULT_GOAL := help
.PHONY: help demo demo-wagtail demo-djangocms demo-wordpress cms-strapi cms-directus up test fast check nightly bench rivals mutate doctor words clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/installed ## a personalised shop on 127.0.0.1:8000 (PORT=), until Ctrl-C
	@$(RUN) manage.py demo --port $(PORT)

demo-wagtail: .venv/installed .venv-cms/installed ## the same, with a real Wagtail beside it on the next port
	@$(RUN) manage.py demo --port $(PORT) --beside wagtail

demo-djangocms: .venv/installed .venv-cms/installed ## the same, with a real django CMS beside it
	@$(RUN) manage.py demo --port $(PORT) --beside djangocms

demo-wordpress: .venv/installed ## the same, with a real WordPress beside it (needs php)
	@$(RUN) manage.py demo --port $(PORT) --beside wordpress

cms-strapi: ## a real Strapi on 127.0.0.1:8000 (PORT=), to try our adapter on (needs node, fetches 0.7 GB once)
	@deploy/strapi

cms-directus: ## a real Directus on 127.0.0.1:8000 (PORT=), likewise (compiles for many minutes once)
	@deploy/directus

up: .venv/installed ## the server itself: services, web, workers, scheduler, until Ctrl-C
	@$(RUN) manage.py up --port $(PORT)

doctor: .venv/installed ## what is up, how old the oldest pending work is, what is unsafe
	@$(RUN) manage.py doctor

test: .venv/installed-dev ## every test, on real PostgreSQL and Valkey, in two processes (TEST= for a part, in one)
	@$(RUN) -m pytest -rs -m "not nightly" $(or $(TEST),-n 2 --dist loadfile --no-loadscope-reorder)

fast: .venv/installed-dev ## the tests of the pure folders and of the house's rules: seconds
	@$(RUN) -m pytest -rs -m "not nightly and not slow" $(wildcard $(PURE))

check: .venv/installed-dev ## style, types, architecture, missing migrations
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	$(RUN) -m pytest -rs tests/house
	$(RUN) manage.py makemigrations --check --dry-run

nightly: .venv/installed-dev ## the long searches
	@$(RUN) -m pytest -rs -m nightly $(TEST)

words: .venv/installed-dev ## bring locale/ up to date with the strings in the code
	@$(RUN) docs/translate.py

bench: .venv/installed-dev ## measure rules, ingest, drain, decide, push and timers, as ratios in one run
	@$(RUN) -m benchmarks

mutate: .venv/installed-dev ## put small faults into a copy of the engine, list those no test notices
	@$(RUN) -m benchmarks.mutants $(TEST)

rivals: ## the engines that bench measures the rules against, into ./.rivals
	@$(PYTHON) -m venv .rivals
	@grep -v '^#' benchmarks/requirements.txt | xargs -n 1 .rivals/bin/python -m pip install -q || \
		echo "Some could not be installed; the benchmark names them and leaves them out."

clean: ## remove ./.venv, caches and this installation's data (./var)
	@$(PYTHON) -m personalization.plant.clearing
	@rm -rf .venv .venv-cms .rivals .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/installed: requirements.txt requirements-optional.txt deploy/environment
	@deploy/environment $(PYTHON) requirements.txt requirements-optional.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@deploy/environment $(PYTHON) requirements-dev.txt
	@touch $@

.venv-cms/installed: .venv/installed cms_adapters/django/requirements.txt
	@test -x .venv-cms/bin/python || .venv/bin/python -m venv .venv-cms
	@echo "Installing the CMSs into .venv-cms (once) ..."
	@.venv-cms/bin/python -m pip --disable-pip-version-check --retries 3 --timeout 30 install --quiet \
		--root-user-action ignore --prefer-binary --no-compile --require-hashes --no-deps \
		-r cms_adapters/django/requirements.txt
	@touch $@
