# make run      a local cloud with a sample course run, until Ctrl-C (PORT=4566); LMS=1: with an LMS
# make test     every test; T=path or T="words of names" for a part
# make quick    formatter, linter, types, and the tests that need no cloud: under 30 seconds
# make fix      formats the code, and corrects what the linter can correct
# make lint     formatter, linter, types, and faults and insecure settings of the template
# make build    what a deployment uploads (ARCHITECTURE=arm64 or x86_64)
# make audit    compares all locks with known vulnerabilities
# make deploy   builds and deploys a stack (STACK=certificates ARCHITECTURE=arm64 PARAMETERS="Name=value ...")
# make story    checks a deployed stack from sign-in to invalidation (STACK=certificates)
# make roll-back     deploys an earlier release again (STACK=certificates PACKAGED=.build/packaged/...)
# make lock     today's versions and digests into every lock
# make sheets   names, layouts, languages, papers and long titles in every design, as pictures, under .build/sheets
# make screenshots   the pages in every state, language, size and scheme of colours (ONLY="learn arabic phone" for a part)
# make mutants  changes the code in small ways and lists the changes that no test notices (PART=rules TESTS="unit/rules")
# make fuzz     20,000 invented calls of the interface: none may cause an error of the server (FUZZ=number)
# make large-run     loads a run of 20,000 learners, one in twenty odd, issues certificates, checks each (LEARNERS=number)
# make lms-night     reads a run of 20,000 learners from an LMS with every odd behaviour at once (LEARNERS=number)
# make bench    measures the renderers, a bulk job and a report
# make cold-starts   measures the start of each built function
# make test-arm64    tests the build for the other processor, run by qemu (ONLY="name" for a part)
# make help     this list

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: run test quick fix lint build audit deploy story roll-back lock sheets screenshots fuzz large-run lms-night bench mutants cold-starts test-arm64 help
# Steps of these.
.PHONY: tools install layers package clean

ARCHITECTURE ?= arm64
PYTHON := .venv/bin/python
UV := .venv/bin/uv
INSTALL := $(UV) pip install --quiet --require-hashes
DONE := .build/done
export SAM_CLI_TELEMETRY := 0
# Python keeps what it has compiled, also in an image that says otherwise: dozens of processes import the same modules.
export PYTHONDONTWRITEBYTECODE :=
export ARCHITECTURE

run: $(DONE)/venv-cloud $(if $(LMS),$(DONE)/venv-lms) layers
	@$(PYTHON) -m tests.cloud $(if $(PORT),--port $(PORT)) $(if $(LMS),--lms)

test: install layers $(DONE)/verapdf $(DONE)/verifiers
	@$(PYTHON) -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(CHOSEN)

# A path of tests, also with `::name` behind it, or else a part of names as pytest's -k takes it.
CHOSEN = $(if $(T),$(if $(wildcard $(firstword $(subst ::, ,$(T)))),$(T),-k "$(T)"))

quick: $(DONE)/venv
	@$(CHECK_CODE)
	@$(PYTHON) -m pytest --quiet --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
		-m "not slow" tests/unit

fix: $(DONE)/venv
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

test-arm64: install layers
	@$(PYTHON) -m pytest -m emulated --numprocesses 2 $(if $(ONLY),-k "$(ONLY)") tests/packaging/test_other_processor.py

define CHECK_CODE
$(PYTHON) -m ruff format --check .
$(PYTHON) -m ruff check .
$(PYTHON) -m mypy
$(PYTHON) -m mypy layers/*.py layers/*/*.py functions/*/*.py
endef

lint: install $(DONE)/venv-checkov
	$(CHECK_CODE)
	.venv-sam/bin/sam validate --lint
	.venv-checkov/bin/checkov --file template.yaml

build: install layers
	.venv-sam/bin/sam build --parameter-overrides Architecture=$(ARCHITECTURE)

audit: $(DONE)/venv
	@$(PYTHON) -m tests.vulnerabilities

# The stack and what is built for it are of one architecture: both come from here.
STACK ?= certificates
RELEASE := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
PACKAGED ?= .build/packaged/$(STACK)-$(RELEASE)-$(ARCHITECTURE).yaml
DEPLOY = .venv-sam/bin/sam deploy --stack-name $(STACK) --resolve-s3 --capabilities CAPABILITY_IAM \
	--template-file $(PACKAGED) --parameter-overrides DeploymentId=$$(date -u +%s | sha256sum | cut -c-12)

package: install
	@$(PYTHON) -m layers.targets
	@$(MAKE) --no-print-directory build
	@mkdir -p $(dir $(PACKAGED))
	.venv-sam/bin/sam package --resolve-s3 --output-template-file $(PACKAGED)

deploy: package
	$(DEPLOY) Architecture=$(ARCHITECTURE) $(PARAMETERS)

roll-back: install
	$(DEPLOY) $(PARAMETERS)

story: install
	@STORY_STACK=$(STACK) $(PYTHON) -m pytest tests/deployed/test_story.py

sheets: install layers
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.rendering.sheets
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.rendering.layout_sheets
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.rendering.both_designs

screenshots: install layers
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.browser.screenshots $(ONLY)

fuzz: install layers
	@FUZZ=$(or $(FUZZ),20000) $(PYTHON) -m pytest -q -p no:xdist tests/fuzz

large-run: install layers
	@LEARNERS=$(or $(LEARNERS),20000) $(PYTHON) -m pytest -q -p no:xdist tests/large

lms-night: install layers
	@LEARNERS=$(or $(LEARNERS),20000) $(PYTHON) -m pytest -q -p no:xdist tests/lms/test_night.py

mutants: install layers $(DONE)/mutants
	@$(PYTHON) -m tests.mutants $(PART)

bench: install layers $(DONE)/bench
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.bench.rendering
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.bench.issuance 1000 10000
	@PYTHONPATH=layers/certificates/python $(PYTHON) -m tests.bench.reporting 10000

cold-starts: install layers
	@$(PYTHON) -m tests.packaging.cold_starts

help:
	@sed -n 's/^# make/make/p' Makefile

clean:
	rm -rf .build .aws-sam

# ---------------------------------------------------------------- environments
# Made by venv, filled by uv; the digests in the locks are all that is trusted.

# Looks for the programs that the machine has to have, and installs those that are missing.
tools:
	@.make/tools $(or $(MAKECMDGOALS),install)

install: $(DONE)/venv $(DONE)/venv-cloud $(DONE)/venv-lambda $(DONE)/venv-sam $(DONE)/venv-cli $(DONE)/venv-lms

$(DONE)/venv: tests/uv.lock tests/requirements.lock | tools
	@test -x $(PYTHON) || $$(.make/python) -m venv .venv
	@$(PYTHON) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m ensurepip >/dev/null
	@echo "Installing what development and tests need ..."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement tests/uv.lock
	@$(INSTALL) --python $(PYTHON) --requirements tests/requirements.lock
	@mkdir -p $(DONE) && touch $@

$(DONE)/bench: tests/bench/requirements.lock $(DONE)/venv
	@$(INSTALL) --python $(PYTHON) --requirements $<
	@touch $@

$(DONE)/mutants: tests/mutants/requirements.lock $(DONE)/venv
	@$(INSTALL) --python $(PYTHON) --requirements $<
	@touch $@

# The other environments have the interpreter of .venv: local functions run in .venv-lambda on packages built for it.
$(DONE)/venv-%: $(DONE)/venv
	@test -x .venv-$*/bin/python || $(UV) venv --quiet --python $(PYTHON) .venv-$*
	@echo "Installing $(word 2,$^) ..."
	@$(INSTALL) --python .venv-$*/bin/python --requirements $(word 2,$^)
	@touch $@

$(DONE)/venv-cloud: tests/cloud/requirements.lock
$(DONE)/venv-lambda: tests/cloud/runtime.lock
$(DONE)/venv-sam: tests/tools.lock
$(DONE)/venv-cli: tests/cli.lock
$(DONE)/venv-lms: tests/lms/requirements.lock
$(DONE)/venv-checkov: tests/checkov.lock

# ---------------------------------------------------------------- layers for this machine
# As Lambda unpacks them to /opt. If the product's own layer has changed since, it is used where it lies.

BUILDING := $(wildcard layers/*.py)
PAGES := layers/certificates/python/certificates/pages
LIBRARIES := $(DONE)/dependencies $(DONE)/pages $(DONE)/signing
layers: $(LIBRARIES) $(DONE)/fonts $(DONE)/typesetting $(DONE)/generated $(DONE)/certificates

$(LIBRARIES): $(DONE)/%: layers/%/requirements.lock $(BUILDING) $(DONE)/venv-lambda
	@echo "Building the $* layer for this machine ..."
	@$(PYTHON) -m layers.libraries $* .build/$*
	@touch $@

$(DONE)/fonts $(DONE)/typesetting: $(DONE)/%: $(BUILDING) $(DONE)/venv-lambda
	@echo "Building the $* layer for this machine ..."
	@$(PYTHON) -m layers.$*.build .build/$*
	@touch $@

$(DONE)/fonts: $(wildcard layers/fonts/*.py) layers/fonts/packages.lock
$(DONE)/typesetting: $(wildcard layers/typesetting/*.py) $(wildcard layers/typesetting/*.lock)

# Beside the sources, for tests that run the product in their own process.
$(DONE)/generated: layers/certificates/generated.py $(DONE)/fonts $(wildcard $(PAGES)/catalogues/*/LC_MESSAGES/*.po)
	@$(PYTHON) -m layers.certificates.generated
	@touch $@

$(DONE)/certificates: $(BUILDING) $(DONE)/dependencies $(DONE)/generated \
		$(shell find layers/certificates -type f ! -path '*/__pycache__/*' ! -name '*.mo' ! -name '*.woff2')
	@echo "Building the certificates layer for this machine ..."
	@$(PYTHON) -m layers.certificates.build .build/certificates
	@touch $@

# ---------------------------------------------------------------- what judges certificates in tests

$(DONE)/verapdf: tests/verapdf/verapdf.lock $(DONE)/venv
	@$(PYTHON) -m tests.verapdf.fetching
	@if ls .build/verapdf/*.jar >/dev/null 2>&1; then touch $@; fi

# Verifiers of credentials that are written for Node.
$(DONE)/verifiers: tests/verifiers/package-lock.json tests/verifiers/package.json tests/verifiers/.npmrc $(DONE)/venv
	@$(PYTHON) -m tests.verifiers.fetching
	@if [ -d .build/verifiers/node_modules ]; then touch $@; fi

# ---------------------------------------------------------------- locks

COMPILE := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-annotate
# Lambda's runtime brings boto3 and all under it.
OF_THE_RUNTIME := botocore python-dateutil six urllib3
# The signing layer brings these; joserfc asks for them as well.
OF_SIGNING := cffi cryptography pycparser

lock: install
	$(COMPILE) tests/uv.in -o tests/uv.lock
	$(COMPILE) $(OF_THE_RUNTIME:%=--no-emit-package %) layers/dependencies/requirements.in -o layers/dependencies/requirements.lock
	$(COMPILE) layers/typesetting/requirements.in -o layers/typesetting/requirements.lock
	$(COMPILE) layers/signing/requirements.in -o layers/signing/requirements.lock
	$(COMPILE) $(OF_SIGNING:%=--no-emit-package %) layers/pages/requirements.in -o layers/pages/requirements.lock
	$(COMPILE) tests/requirements.in -o tests/requirements.lock
	$(COMPILE) tests/bench/requirements.in -o tests/bench/requirements.lock
	$(COMPILE) tests/mutants/requirements.in -o tests/mutants/requirements.lock
	$(COMPILE) tests/tools.in -o tests/tools.lock
	$(COMPILE) tests/cli.in -o tests/cli.lock
	$(COMPILE) tests/checkov.in -o tests/checkov.lock
	$(COMPILE) tests/cloud/requirements.in -o tests/cloud/requirements.lock
	$(COMPILE) tests/cloud/runtime.in -o tests/cloud/runtime.lock
	$(COMPILE) tests/lms/requirements.in -o tests/lms/requirements.lock
	cd tests/verifiers && npm update --save --package-lock-only --ignore-scripts --no-audit --no-fund
	$(PYTHON) -m layers.lock_packages .build/debian
