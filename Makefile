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

# Those of the app, those that mostly wait for others (a browser, processes), and all others, side by side: two cores are
# busy while one part waits. Each has a database of its own, and all have one run of the recipe tiny.
APP_TESTS := tests/app
WAITING_TESTS := tests/browser tests/crash tests/test_serve.py tests/test_gpu_script.py
test: export OMP_NUM_THREADS = 1
test: export PYTHONDONTWRITEBYTECODE = # they start some sixty processes, each of which would compile all sources anew
test: $(VENV)/ready  ## Run all tests
	@$(MAKE) --silent browser || echo "The tests that need a browser are skipped."
	@all=$$(mktemp -d); export CELAJE_TINY=$$all; \
	$(BIN)/pytest -q $(APP_TESTS) > $$all/app 2>&1 & app=$$!; \
	$(BIN)/pytest -q -p no:cacheprovider $(WAITING_TESTS) > $$all/waiting 2>&1 & waiting=$$!; \
	$(BIN)/pytest -q -p no:cacheprovider $(patsubst %,--ignore=%,$(APP_TESTS) $(WAITING_TESTS)); rest=$$?; \
	wait $$app; app=$$?; wait $$waiting; waiting=$$?; \
	cat $$all/app $$all/waiting; rm -r $$all; exit $$((app | waiting | rest))

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
