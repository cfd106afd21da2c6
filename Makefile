# The portal's commands. `make run` and `make test` set up by themselves whatever they need.
.DEFAULT_GOAL := help
.PHONY: help setup run reset test faults bench-rush check fix lock messages coverage screenshots eval-matching bench-matching bench-dossiers bench-pitches check-code check-templates check-django check-messages

# Where it is set, each of the portal's many processes would compile all it imports: seconds every time.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
WORKERS ?= 3
MANAGE := .venv/bin/python manage.py
# What `check --deploy` sees: a portal in production, whatever .env says.
PRODUCTION := PORTAL_DEMO=0 DEBUG=0 ALLOWED_HOSTS=portaal.example \
	SECRET_KEY=only-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what is needed, in this folder (the second time is instant)
	@$(PYTHON) tools/setup.py

run: setup ## start the whole portal: databases, web, worker, beat, with the demo (HOST, PORT)
	@exec $(MANAGE) run

reset: setup ## start over: throw away the data folder of this portal
	@$(MANAGE) reset

test: ## everything CI runs: the checks and all tests
	@$(PYTHON) tools/setup.py --tests
	@$(MAKE) --no-print-directory check
	.venv/bin/pytest -q -n $(WORKERS)

faults: setup ## kill web, worker, beat and Redis at random during 500 filings and 2,000 reminders (10 minutes)
	FAULTS=long .venv/bin/pytest -q tests/faults -n 0

bench-rush: setup ## the last hour for all of Flanders, on this machine (RUSH="--minutes 6" for a short one)
	.venv/bin/python -m benchmarks.rush $(RUSH)

check: setup ## the fast part: style, layers, templates, migrations, deployment, translations
	@$(MAKE) --no-print-directory -j2 --output-sync=target check-code check-templates check-django check-messages

check-code:
	.venv/bin/ruff check --quiet .
	.venv/bin/ruff format --check --quiet .
	@.venv/bin/lint-imports > .venv/lint-imports.log || { cat .venv/lint-imports.log; exit 1; }

check-templates:
	@find templates -name '*.html' -exec .venv/bin/djhtml --tabwidth 2 --check {} + > .venv/djhtml.log 2>&1 \
		|| { cat .venv/djhtml.log; echo 'templates: run make fix'; exit 1; }

check-django:
	$(MANAGE) makemigrations --check --dry-run
	$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

check-messages:
	$(MANAGE) messages --check

fix: setup ## mend what a machine can mend: style and format
	-.venv/bin/ruff check --fix --quiet .
	.venv/bin/ruff format --quiet .
	-@find templates -name '*.html' -exec .venv/bin/djhtml --tabwidth 2 {} +

messages: setup ## put the Dutch catalogue in order, compile it, and name what is missing
	$(MANAGE) messages
	$(MANAGE) messages --check

lock: setup ## pin requirements*.in again, with hashes
	.venv/bin/uv pip compile --quiet --no-strip-extras --generate-hashes --python-version 3.11 requirements.in -o requirements.txt
	.venv/bin/uv pip compile --quiet --no-strip-extras --generate-hashes --python-version 3.11 requirements-dev.in -o requirements-dev.txt
	.venv/bin/uv pip compile --quiet --no-strip-extras --generate-hashes --python-version 3.11 requirements-node.in -o requirements-node.txt

coverage: setup ## which branches of rules, actions and engines the tests leave open
	.venv/bin/pytest -q -n $(WORKERS) --cov --cov-report=term-missing:skip-covered

eval-matching: setup ## how well matching agrees with a careful reader (PROPOSALS=, RELEVANCE=; else every judged set)
	.venv/bin/python -m benchmarks.matching_quality $(PROPOSALS) $(RELEVANCE)

bench-dossiers: setup ## how fast a bundle is made, beside WeasyPrint alone, and in how much memory (PROPOSALS=40)
	.venv/bin/python -m benchmarks.dossiers $(PROPOSALS)

bench-matching: setup ## how fast matching scores, composes and shows its pages, and whether the demands are met
	@missed=0; for part in scoring speed pages; do .venv/bin/python -u -m benchmarks.matching_$$part || missed=1; done; exit $$missed

screenshots: setup ## take the pictures of docs/screenshots again
	.venv/bin/python tools/screenshots.py

bench-pitches: setup ## how fast pitches are scheduled and proven, and whether the demands are met
	.venv/bin/python -m benchmarks.pitches
