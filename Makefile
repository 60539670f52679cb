# Everything runs in a virtual environment that the first target makes; only Python and make are needed beforehand.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
STAMP = $(VENV)/.installed

.PHONY: docs test coverage lint dist bench fuzz fonts clean

docs: $(STAMP)
	$(BIN)/sphinx-build -nW --keep-going -b html -d build/doctrees docs build/html
	@echo "The documentation is in build/html/index.html"

# On all processors, each file of tests on one, in their order.
test: $(STAMP)
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(PYTEST)

# The same, and the branch coverage of the package, which takes half as long again.
coverage: PYTEST = --cov
coverage: test

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The sdist, and the wheel made of it, in dist.
dist: $(STAMP)
	$(BIN)/python -m build

# BENCH="--quick", BENCH="--full --write" and others for speed, BENCH=judge for the faults of layouts: see
# benchmarks/README.md
bench: $(STAMP)
	@$(BIN)/python -m benchmarks.run $(BENCH)

# Inputs that break the parser or a drawing; FUZZ="graphs --graphs 500", for example.
fuzz: $(STAMP)
	$(BIN)/python -m tools.fuzz $(FUZZ)

# Fonts of the package, made of matplotlib's own: when these change, or when others shall be ready.
fonts: $(STAMP)
	$(BIN)/python -m tools.ready_fonts

clean:
	rm -rf build dist .venv .nox .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable '.[bench,docs,lint,release,test]'
	@touch $@
