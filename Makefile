# Needs: make, git and Python 3.11 or later. Everything else goes into .venv and .venv-oracle.
# PYTHON=... chooses the interpreter: make test PYTHON=python3.12

VENV = .venv
ORACLE = .venv-oracle
MONTH = 2026-11
DEMO_CASELOAD = scenarios/caseloads/ccas_demo.csv
DEMO_HOUSEHOLD = scenarios/menages/salma.yaml
DEMO_OUT = build/demo
DEMO_PLAN = build/plan
DEMO_PLAN_FOR = --capacity 10rdv --purpose informer_des_droits
PIP_INSTALL = -m pip install -qq --disable-pip-version-check

# What is said of the installation goes to standard error: `make bench > bench.json` holds JSON only.
SAY = printf '==> %s\n'

# Shell: sets $python to the first suitable interpreter, the tested versions first, or stops with a message.
FIND_PYTHON = \
	suits() { \
	  "$$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $$2))" >/dev/null 2>&1 || return 1; \
	  "$$1" -c "import ensurepip, venv" >/dev/null 2>&1 || { no_venv="$$1"; return 1; }; \
	}; \
	python=; no_venv=; \
	if [ -n "$${PYTHON:-}" ]; then \
	  if suits "$$PYTHON" 99; then python=$$PYTHON; fi; \
	else \
	  for candidate in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	    if suits "$$candidate" 14; then python=$$candidate; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    for candidate in python3 python; do \
	      if suits "$$candidate" 99; then \
	        python=$$candidate; \
	        echo "$$python is newer than 3.14: not tested, and some dependencies may have no wheel for it." >&2; \
	        break; \
	      fi; \
	    done; \
	  fi; \
	fi; \
	if [ -z "$$python" ]; then \
	  { \
	    if [ -n "$$no_venv" ]; then \
	      echo "$$no_venv is recent enough but cannot make virtual environments."; \
	      echo "Install its venv module (on Debian or Ubuntu: apt install python3-venv)."; \
	    elif [ -n "$${PYTHON:-}" ]; then \
	      echo "PYTHON=$$PYTHON is not a Python 3.11 or later that runs."; \
	    else \
	      echo "No Python 3.11 or later found (tried python3, python, python3.11 to python3.14)."; \
	      echo "Install one, or name it: make PYTHON=/path/to/python3.12 ..."; \
	    fi; \
	  } >&2; \
	  exit 1; \
	fi

# Shell: a part of the caseload in quarantine (exit code 3) is normal in a file with the defects of real ones.
QUARANTINE_IS_FINE = || { code=$$?; [ $$code -eq 3 ] || exit $$code; }

.NOTPARALLEL:
.PHONY: help demo test lint oracle bench evaluation tightness fmt clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.installed ## screen the example caseload, plan whom to contact, rank the rights of a household
	@rm -rf $(DEMO_OUT) $(DEMO_PLAN)
	@$(SAY) "znr caseload $(DEMO_CASELOAD) --out $(DEMO_OUT) --month $(MONTH)"
	@$(VENV)/bin/znr caseload $(DEMO_CASELOAD) --out $(DEMO_OUT) --month $(MONTH) $(QUARANTINE_IS_FINE)
	@$(SAY) "znr plan $(DEMO_CASELOAD) $(DEMO_PLAN_FOR) --out $(DEMO_PLAN) --month $(MONTH)"
	@$(VENV)/bin/znr plan $(DEMO_CASELOAD) $(DEMO_PLAN_FOR) --out $(DEMO_PLAN) --month $(MONTH) $(QUARANTINE_IS_FINE)
	@$(SAY) "znr rank $(DEMO_HOUSEHOLD) --month $(MONTH)"
	@$(VENV)/bin/znr rank $(DEMO_HOUSEHOLD) --month $(MONTH)

test: lint ## lint, types and every test
	@$(SAY) "pytest"
	@$(VENV)/bin/python -m pytest -q -n 2
	@$(SAY) "doctests"
	@$(VENV)/bin/python -m pytest -q --doctest-modules src || { code=$$?; [ $$code -eq 5 ] || exit $$code; }

lint: $(VENV)/.installed-dev ## ruff and pyright
	@$(SAY) "ruff check"
	@$(VENV)/bin/ruff check .
	@$(SAY) "ruff format --check"
	@$(VENV)/bin/ruff format --check .
	@$(SAY) "pyright"
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 $(VENV)/bin/pyright --pythonpath $(VENV)/bin/python

oracle: $(ORACLE)/.installed ## compare with openfisca-france; OpenFisca tests under core 44
	@$(SAY) "comparison with openfisca-france"
	@$(ORACLE)/bin/python -m tests.oracle
	@$(SAY) "pytest tests/openfisca, core 44"
	@$(ORACLE)/bin/python -m pytest -q tests/openfisca

bench: $(VENV)/.installed $(ORACLE)/.installed ## times and memory beside openfisca-france, as JSON
	@$(VENV)/bin/python -m tests.bench

evaluation: $(VENV)/.installed ## what the ranking announces and finds, on households whose truth is known
	@$(VENV)/bin/python -m tests.evaluation

tightness: $(VENV)/.installed ## how tight the bounds of incomplete households are
	@$(VENV)/bin/python -m tests.bench.tightness

fmt: $(VENV)/.installed-dev ## format the code, mend what lint can mend
	@$(VENV)/bin/ruff check --fix .
	@$(VENV)/bin/ruff format .

clean: ## remove environments, caches and results
	rm -rf $(VENV) $(ORACLE) build dist .pytest_cache .ruff_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/bin/python:
	@$(FIND_PYTHON); \
	$(SAY) "$(VENV): new environment with $$("$$python" --version) ($$python)" >&2; \
	"$$python" -m venv --clear $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(SAY) "$(VENV): installing the library" >&2
	@$(VENV)/bin/python $(PIP_INSTALL) -e . -c constraints.txt
	@touch $@

$(VENV)/.installed-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(SAY) "$(VENV): installing the library, its tests and its tools" >&2
	@$(VENV)/bin/python $(PIP_INSTALL) -e '.[dev]' -c constraints.txt
	@touch $(VENV)/.installed $@

$(ORACLE)/bin/python:
	@$(FIND_PYTHON); \
	$(SAY) "$(ORACLE): new environment with $$("$$python" --version) ($$python)" >&2; \
	"$$python" -m venv --clear $(ORACLE)

$(ORACLE)/.installed: $(ORACLE)/bin/python pyproject.toml constraints-oracle.txt
	@$(SAY) "$(ORACLE): installing the library and openfisca-france" >&2
	@$(ORACLE)/bin/python $(PIP_INSTALL) -e '.[oracle]' -c constraints-oracle.txt
	@touch $@
