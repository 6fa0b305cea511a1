# Everything a newcomer and the CI need: ask, serve, test, check, eval, bench.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# The CPU build of PyTorch: PyPI's own for Linux draws several GB of CUDA. An address that cannot be reached is skipped.
TORCH_CPU := https://download.pytorch.org/whl/cpu
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq

export OMP_NUM_THREADS ?= 1
export Q

.PHONY: install ask serve test test-slow test-milvus test-cluster test-crash test-hostile fuzz test-contract test-browser test-figures screenshots check full eval eval-gate eval-baseline bench library-vectors clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Muhojir needs Python 3.11 or newer: make PYTHON=python3.11 install")'
	@test -x $(BIN)/python || { echo "Making $(VENV) ..." >&2; $(PYTHON) -m venv $(VENV); }
	@echo "Installing (a few minutes the first time) ..." >&2
	@$(PIP) --retries 1 --no-deps --extra-index-url $(TORCH_CPU) -c constraints.txt torch
	@$(MAKE) --no-print-directory no-cuda
	@$(PIP) -c constraints.txt -e '.[dev]'
	@$(MAKE) --no-print-directory no-cuda
	@touch $@

.PHONY: no-cuda
no-cuda:
	@! { grep -s "^cuda.*= '" $(VENV)/lib/python3.*/site-packages/torch/version.py \
		|| $(BIN)/python -m pip list --disable-pip-version-check --format freeze | grep -i '^nvidia[-_]'; } \
		|| { echo "PyTorch came with CUDA, gigabytes that are never used: $(TORCH_CPU) did not answer." >&2; \
			echo "Reach it, or name a mirror: make clean install TORCH_CPU=URL" >&2; exit 1; }

# make ask Q="How many people were refused entry to Russia in January-July 2024?"
ask: $(STAMP)
	@printf '%s' "$$Q" | $(BIN)/muhojir ask || [ $$? -eq 3 ]

serve: $(STAMP)
	@$(BIN)/muhojir serve

test: $(STAMP)
	$(BIN)/python -m pytest -q

test-slow: $(STAMP)
	$(BIN)/python -m pytest -q -m slow

# 200 kills, full disks, every kind of damaged file: seeds and results stand in docs/reliability.md
test-crash: $(STAMP)
	$(BIN)/python -m pytest -q -rP -m crash tests/crash

# Coverage-guided, five minutes for each target; longer: make fuzz SECONDS=3600
SECONDS ?= 300
fuzz: $(STAMP)
	@$(PIP) -c constraints.txt -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz $(SECONDS)

# Thousands of broken files and tens of thousands of hostile requests, seeded; the log lines are the figures.
test-hostile: $(STAMP)
	$(BIN)/python -m pytest -q -m hostile tests/hostile --log-cli-level=INFO

# Schemathesis, all checks, five minutes: the service against its own OpenAPI description
test-contract: $(STAMP)
	scripts/test-contract 300

# The conformance suite and a home moved, against the engine's double in one process
test-milvus: $(STAMP)
	@$(PIP) -c constraints.txt -e '.[milvus-test]'
	$(BIN)/python -m pytest -q -m milvus

# A Milvus cluster of ten processes on this machine (2.5 GB, four minutes), whose nodes are killed; fails where it
# cannot be started. The last lines are the figures.
test-cluster: $(STAMP)
	@$(PIP) -c constraints.txt -e '.[milvus-test]'
	scripts/install-milvus-cluster
	$(BIN)/python -m pytest -q -m cluster

# Needs Debian's Chromium: scripts/install-browser
test-browser: $(STAMP)
	$(BIN)/python -m pytest -q -m browser tests/browser --ignore tests/browser/test_figures.py

# Bytes, milliseconds and requests of the pages; on a busy machine the milliseconds are not the pages' own.
test-figures: $(STAMP)
	$(BIN)/python -m pytest -q -m browser tests/browser/test_figures.py

screenshots: $(STAMP)
	$(BIN)/python -m tests.browser.screenshots docs/images

check: $(STAMP) no-cuda
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

full: check test test-slow test-milvus test-cluster test-browser test-figures

# Measures the golden questions and writes docs/evaluation.md; some minutes.
eval: $(STAMP)
	$(BIN)/python -m benchmarks.evaluation

# Fails when a figure fell below benchmarks/baseline.json; a minute of one core.
eval-gate: $(STAMP)
	$(BIN)/python -m benchmarks.evaluation --gate

eval-baseline: $(STAMP)
	$(BIN)/python -m benchmarks.evaluation --baseline

# After a change to the library's digests, the chunker or the encoder's texts: a test says when.
library-vectors: $(STAMP)
	$(BIN)/python -c 'from api.settings import load_settings; from api.wiring import make_library_vectors; \
		print(make_library_vectors(load_settings()), "vectors")'

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# What the product is made of: a bill of materials (CycloneDX 1.6), and the licences of what it runs on
.PHONY: sbom licences
sbom: $(STAMP)
	@$(BIN)/python scripts/sbom > sbom.json && echo sbom.json

licences: $(STAMP)
	@$(BIN)/python scripts/sbom --licences

clean:
	rm -rf $(VENV) build *.egg-info
