# Every target sets itself up: it needs make and one Python from 3.11 on, nothing else.
# `make test` runs the tests on the first of 3.11 to 3.14 that it finds (also as python3, or in pyenv), and what depends on the version on the others; `make test-3.12` runs all of them on one of your choice.
PORT ?= 8080
ARGS ?=
find_python = $(firstword $(foreach p,python$(1) python3 $(wildcard $(HOME)/.pyenv/versions/$(1).*/bin/python),$(if $(shell $(p) -c "import sys; print(sys.version_info[:2] == tuple(map(int, '$(1)'.split('.'))))" 2>/dev/null | grep True),$(p))))
VERSIONS := $(foreach v,3.11 3.12 3.13 3.14,$(if $(call find_python,$(v)),$(v)))
MAIN := $(firstword $(VERSIONS))
BIN := .venv/$(MAIN)/bin

# What make takes for a step on the way, and would delete: every run of the tests would install all anew.
.PRECIOUS: .venv/%/installed .venv/%/for-tests
.PHONY: all serve test lint audit format schemas rules reference pictures clients docs contract bench fuzz soak dist release-check clean need-python
all: lint test

need-python:
	@test -n "$(MAIN)" || { echo "fakie needs Python 3.11, 3.12, 3.13 or 3.14 on PATH or in pyenv; found none"; exit 2; }

.venv/%/installed: pyproject.toml
	@echo "fakie: making .venv/$* with all that its tests need; the first time takes some minutes"
	$(call find_python,$*) -m venv --clear .venv/$*
	.venv/$*/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv/$*/bin/python -m pip install --quiet --editable ".[derive]" --group dev
	@touch $@

# What the tests need that every Python runs: a third of it, in the same place.
.venv/%/for-tests: pyproject.toml
	@echo "fakie: making .venv/$* with what the tests of every Python need; the first time takes some minutes"
	$(call venv,$*,$(call find_python,$*))
	.venv/$*/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv/$*/bin/python -m pip install --quiet --editable ".[derive]" --group tests
	@touch $@

# The fastest that there is, for what is measured: builds of one version differ by a quarter.
fastest = "$$($(call find_python,$(MAIN)) benchmarks/fastest_python.py)"

# $(call venv,NAME,PYTHON): a virtual environment, made anew where making it was interrupted: it has no pip then.
define venv
	@.venv/$(1)/bin/python -m pip --version > /dev/null 2>&1 || $(2) -m venv --clear .venv/$(1)
endef

# What a compiled installation is made of: it is made again when one of them changes.
SOURCES := pyproject.toml hatch_build.py $(shell find mock_server schemas contract_tests fixtures -type f ! -path '*/__pycache__/*')
# $(call compiled,VENV,WHAT): installs fakie with what each request passes through compiled, which answers half as much
# again; where nothing can be compiled, of Python alone.
define compiled
	@mkdir -p build
	@HATCH_BUILD_HOOKS_ENABLE=1 .venv/$(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2) 2> build/$(1).log \
	  || { echo "fakie: nothing could be compiled here, see build/$(1).log; it works as well without, and answers a third fewer requests"; \
	       .venv/$(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2); }
endef

# What serving needs, and no more.
.venv/serve/installed: $(SOURCES)
	@echo "fakie: making .venv/serve with what serving needs; that takes a minute or two"
	$(call venv,serve,$(fastest))
	$(call compiled,serve,.)
	@touch $@

serve: need-python .venv/serve/installed
	exec .venv/serve/bin/fakie serve --port $(PORT) $(ARGS)

# Everything on one Python; on the others what differs between them: the doors, the plugin with its clocks and the libraries
# that it reaches, the imports, the Python of the docs.
ELSEWHERE = tests/core/test_doors.py tests/harness/forward tests/harness/reach tests/harness/test_plugin.py \
  tests/repository/test_imports.py tests/docs/test_blocks.py::test_the_python_of_all_pages_passes
# Whoever has nothing left to do takes over from others: the slow tests lie together.
SHARED_OUT := -n 3 --dist worksteal
test: need-python test-$(MAIN) $(patsubst %,test-elsewhere-%,$(filter-out $(MAIN),$(VERSIONS))) $(if $(ARGS),,test-compiled test-niquests)

test-elsewhere-%: .venv/%/$(if $(ARGS),installed,for-tests)
	.venv/$*/bin/python -m pytest $(SHARED_OUT) $(if $(ARGS),$(ARGS),$(ELSEWHERE))

IS_COMPILED := tests/repository/test_compiled.py::test_an_installation_is_of_one_kind
# The same on a compiled installation, where there is a C compiler; which need not try hard to make it fast.
.venv/compiled/installed: $(SOURCES)
	@echo "fakie: making .venv/compiled with all that its tests need; the first time takes some minutes"
	$(call venv,compiled,$(call find_python,$(MAIN)))
	.venv/compiled/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	CFLAGS=-O1 HATCH_BUILD_HOOKS_ENABLE=1 .venv/compiled/bin/python -m pip install --quiet ".[derive]" --group tests
	@touch $@

HAS_HEADERS := import os, sysconfig; raise SystemExit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))
test-compiled: need-python
	@if command -v cc > /dev/null && $(call find_python,$(MAIN)) -c '$(HAS_HEADERS)'; \
	  then $(MAKE) --no-print-directory test-what-is-compiled; \
	  else echo "fakie: there is no C compiler here, or no headers of Python: the compiled installation is not tried"; fi

test-what-is-compiled: .venv/compiled/installed
	COMPILED_IS_NEEDED=1 .venv/compiled/bin/python -m pytest $(SHARED_OUT) $(if $(ARGS),$(ARGS),$(ELSEWHERE) $(IS_COMPILED))

# niquests puts a urllib3 of its own in the other's place, which fakie's own client has to do with, and requests.
.venv/niquests/installed: pyproject.toml
	@echo "fakie: making .venv/niquests with the tests' libraries and niquests; the first time takes a minute or two"
	$(call venv,niquests,$(call find_python,$(MAIN)))
	.venv/niquests/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.venv/niquests/bin/python -m pip install --quiet --editable ".[derive]" --group tests niquests
	@touch $@

WITH_NIQUESTS := tests/contract/test_client.py tests/harness/reach/test_reach.py tests/harness/reach/test_reach_refused.py
test-niquests: need-python .venv/niquests/installed
	.venv/niquests/bin/python -m pytest $(if $(ARGS),$(ARGS),-k "test_client or niquests" $(WITH_NIQUESTS))

test-%: .venv/%/installed
	.venv/$*/bin/python -m pytest $(SHARED_OUT) $(if $(ARGS),$(ARGS),--budget)

lint: need-python .venv/$(MAIN)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=reference PATH=$(BIN):$$PATH $(BIN)/lint-imports

format: need-python .venv/$(MAIN)/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Derives the committed revisions again, which must change nothing; the pages themselves are not in the repository.
PAGES ?= $(or $(FAKIE_SHARED),../shared)/pages
CATALOG ?= $(PAGES)/../catalog
GATHERED := request schemas of the official pages of that day, collected by a third party
REVISIONS := schemas/fakie_schemas/revisions
schemas: need-python .venv/$(MAIN)/installed
	@if [ ! -d "$(PAGES)" ]; then echo "no pages in $(PAGES): nothing to derive from"; else \
	  $(BIN)/python -m fakie_schemas.compiler.market "$(PAGES)/official" --date 2026-04 --out $(REVISIONS) && \
	  $(BIN)/python -m fakie_schemas.compiler.market "$(PAGES)/families" --date 2026-04 --out $(REVISIONS) && \
	  $(BIN)/fakie derive "$(PAGES)/user/elevenlabs-audio-isolation.zh.md" --date 2025-12 --out $(REVISIONS) && \
	  $(BIN)/python -m fakie_schemas.compiler.market "$(CATALOG)/2026-08" --date 2026-08-19 --inherit --note "$(GATHERED)" --out $(REVISIONS) && \
	  $(BIN)/python -m fakie_schemas.compiler.market "$(CATALOG)/2026-08-families" --date 2026-08-19 --inherit --note "$(GATHERED)" --out $(REVISIONS) && \
	  test -z "$$(git status --porcelain -- $(REVISIONS))" || { git status --short -- $(REVISIONS); exit 1; }; fi

# Writes the page of the rules again from their table.
rules: need-python .venv/$(MAIN)/installed
	$(BIN)/fakie rules --markdown > docs/rules.md

# Writes the files again that are made from code.
reference: need-python .venv/$(MAIN)/installed
	PYTHONPATH=reference $(BIN)/python -m fakie_reference

# Makes the types for Node and the Postman collection again from our OpenAPI document; it needs npm and a network.
clients: need-python .venv/$(MAIN)/installed
	npm install --silent --prefix build/tools openapi-typescript@7 typescript@5 openapi-to-postmanv2@6
	PYTHONPATH=reference $(BIN)/python -m fakie_reference.clients build/tools

# Takes the pictures of the docs again; it needs Chromium.
pictures: need-python .venv/$(MAIN)/installed
	PYTHONPATH=reference $(BIN)/python -m fakie_reference.pictures

# Builds the site of the docs into build/site; a link that leads nowhere ends it.
docs: need-python .venv/$(MAIN)/installed
	$(BIN)/zensical build --strict --clean
	PYTHONPATH=reference $(BIN)/python -m fakie_reference build/site

# Judge a target by the contract suite: `make contract`, or `make contract TARGET=http://127.0.0.1:8080 ARGS="-n 2"`.
TARGET ?= fake
contract: need-python .venv/$(MAIN)/installed
	$(BIN)/fakie test --fakie-target $(TARGET) $(ARGS)

.venv/bench/installed: $(SOURCES)
	@echo "fakie: making .venv/bench with all that its benchmarks need; the first time takes some minutes"
	$(call venv,bench,$(fastest))
	.venv/bench/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(call compiled,bench,".[derive]" --group dev)
	@touch $@

bench: need-python .venv/bench/installed
	.venv/bench/bin/python benchmarks/bench.py $(ARGS)
	.venv/bench/bin/python benchmarks/handle.py
	.venv/bench/bin/python benchmarks/in_process.py
	.venv/bench/bin/python benchmarks/stores.py
	.venv/bench/bin/python benchmarks/catalog.py
	.venv/bench/bin/python benchmarks/check_traffic.py

# Tries so many times as much as the tests do, and something else each time: `make fuzz TIMES=200`.
TIMES ?= 50
fuzz: need-python .venv/$(MAIN)/installed
	FAKIE_FUZZ=$(TIMES) $(BIN)/python -m pytest -n 2 --timeout 0 tests/fuzz $(ARGS)

# Loads a fake for MINUTES, under chaos, and says what of it grew.
MINUTES ?= 20
soak: need-python .venv/$(MAIN)/installed
	$(BIN)/python benchmarks/soak.py --minutes $(MINUTES) $(ARGS)

# Asks the public lists of known vulnerabilities about what fakie stands on; it needs a network.
audit: need-python .venv/$(MAIN)/installed
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --strict .

dist: need-python .venv/$(MAIN)/installed
	rm -rf dist
	$(BIN)/python -m hatchling build --directory dist
	$(BIN)/python -m pytest -q tests/repository/test_wheel.py

# Builds what is released, and tries it as its users' tools see it: metadata, types, and an empty environment. Uploads
# nothing; it needs a network for twine and pyright.
release-check: dist
	$(BIN)/python -m pip install --quiet twine pyright
	$(BIN)/twine check --strict dist/*
	$(BIN)/python -m venv --clear build/release
	build/release/bin/python -m pip install --quiet dist/*.whl
	build/release/bin/fakie --version
	$(BIN)/mypy --strict --python-executable build/release/bin/python --config-file= tests/repository/typed_user.py
	$(BIN)/pyright --pythonpath build/release/bin/python tests/repository/typed_user.py
	$(BIN)/python -m pytest -q tests/repository/test_release.py

clean:
	rm -rf .venv dist build .cache .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
