# Everything a fresh machine needs is Python 3.11 or later; these targets do the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHROMIUM := /usr/bin/chromium
APT := env DEBIAN_FRONTEND=noninteractive apt-get
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: demo serve test browser check format messages shots bench bench-app bench-api clean

demo: $(VENV)/ready  ## Make a clip from a sentence and say where it is
	$(BIN)/celaje generate "una gata atigrada blanca y naranja corre por un callejón bajo la lluvia" -o demo.mp4 --seconds 5 --size 16:9 --seed 7

serve: $(VENV)/ready  ## Run the app for your people: pages, database and worker
	$(BIN)/celaje serve

# By four processes, for many tests wait for a browser or for other processes. Each has a database of its own, and all have
# one run of the recipe tiny, for which whoever needs it waits: what does without it comes first. (Before this order
# pytest-django's counts: tests with a database, those that commit, all others.)
FIRST_TESTS := tests/recipes tests/media tests/speech tests/app tests/browser
OTHER_TESTS := $(filter-out $(FIRST_TESTS) tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/ tests/test_*.py)))
test: export OMP_NUM_THREADS = 1
test: export PYTHONDONTWRITEBYTECODE = # they start some sixty processes, each of which would compile all sources anew
test: $(VENV)/ready  ## Run all tests
	@$(MAKE) --silent browser || echo "The tests that need a browser are skipped."
	@tiny=$$(mktemp -d); export CELAJE_TINY=$$tiny; \
	$(BIN)/pytest -q -n 4 --dist loadfile --no-loadscope-reorder $(FIRST_TESTS) $(OTHER_TESTS); failed=$$?; \
	rm -r $$tiny; exit $$failed

browser:  ## Install Debian's Chromium, for the tests in a browser and for the screenshots
	@if [ -x $(CHROMIUM) ]; then exit 0; \
	elif ! command -v apt-get >/dev/null; then echo "There is no apt-get here: put Chromium at $(CHROMIUM)." >&2; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then $(APT) update -qq && $(APT) install -y -qq --no-install-recommends chromium >/dev/null; \
	elif sudo -n true 2>/dev/null; then sudo -n $(APT) update -qq && sudo -n $(APT) install -y -qq --no-install-recommends chromium >/dev/null; \
	else echo "Chromium is missing, and installing it needs a password: sudo apt-get install chromium" >&2; exit 1; fi

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

shots: $(VENV)/ready browser  ## Take the screenshots in docs/shots
	$(BIN)/python -m benchmarks.app_shots

bench: $(VENV)/ready  ## Measure speed and size, side by side
	$(BIN)/python -m benchmarks

bench-app: $(VENV)/ready  ## Measure the app's pages, and keep the table in benchmarks/results
	$(BIN)/python -m benchmarks.app_speed

bench-api: $(VENV)/ready  ## Measure the API, and keep the table in benchmarks/results
	$(BIN)/python -m benchmarks.api_speed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Celaje needs Python 3.11 or later; this is " + sys.version)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@
