# Everything a fresh machine needs is Python 3.11 or later; these targets do the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo serve test check format messages bench bench-app clean

demo: $(VENV)/ready  ## Make a clip from a sentence and say where it is
	$(BIN)/celaje generate "una gata atigrada blanca y naranja corre por un callejón bajo la lluvia" -o demo.mp4 --seconds 5 --size 16:9 --seed 7

serve: $(VENV)/ready  ## Run the app for your people: pages, database and worker
	$(BIN)/celaje serve

test: $(VENV)/ready  ## Run all tests
	$(BIN)/pytest -q

check: $(VENV)/ready  ## Format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

messages: $(VENV)/ready  ## Gather what the app says into its catalogues, and compile them
	$(BIN)/python -m celaje.app.messages

bench: $(VENV)/ready  ## Measure speed and size, side by side
	$(BIN)/python -m benchmarks

bench-app: $(VENV)/ready  ## Measure the app's pages, and keep the table in benchmarks/results
	$(BIN)/python -m benchmarks.app_speed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Celaje needs Python 3.11 or later; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
