# Everything that people do here, one word each; `make help` lists them.
EXPERIMENT ?= dropout
ARGS ?=
PYTHON ?= python3
# Who may open the pages: this machine only, unless `make mlflow HOST=0.0.0.0` opens them to everyone who reaches it.
# Not ?=, because shells and build tools export a HOST of their own.
HOST := 127.0.0.1
# Sweeps that TensorBoard shows: NAME=a,b or NAME=all. Not ?= for the same reason.
NAME :=
PORT_MLFLOW ?= 5000
PORT_SERVE ?= 8000

BIN := .venv/bin
INSTALLED := .venv/.installed
export MLFLOW_DISABLE_TELEMETRY := true

.DEFAULT_GOAL := help
.PHONY: help install sweep serve record-demo test test-slow check format coverage wheel benchmark mlflow tensorboard clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-13s %s\n", $$1, $$2}'

install: $(INSTALLED) ## Make .venv from requirements.lock (other targets do it when needed)

$(INSTALLED): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11, 3.12 or 3.13 is needed, but this is %d.%d: set PYTHON=python3.12" % sys.version_info[:2] if not (3, 11) <= sys.version_info[:2] <= (3, 13) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $(INSTALLED)

sweep: $(INSTALLED) ## Run a sweep: make sweep EXPERIMENT=lags ARGS="seeds=5"
	$(BIN)/python -m src.sweep +experiment=$(EXPERIMENT) $(ARGS)

serve: $(INSTALLED) ## Show the latest sweep's winner at work on its test span; without a sweep, run one first
	@ls sweeps/*/summary.json >/dev/null 2>&1 || $(BIN)/python -m src.sweep +experiment=dropout \
		$(if $(wildcard sweeps/dropout/journal.jsonl),resume=true)
	@$(BIN)/python -m src.serve live.replay=1 live.host=$(HOST) live.port=$(PORT_SERVE) $(ARGS)

record-demo: $(INSTALLED) ## Record a simulated market, show its book and variables, and sweep over them; no network
	@[ -e demo/recorded ] || { rm -rf demo/market && mkdir -p demo \
		&& $(BIN)/python -m src.record exchange=replay path=simulated speed=0 store=demo/market && touch demo/recorded; }
	@$(BIN)/python -m src.store show store=demo/market every=1min into=demo/variables.png
	@if [ -e sweeps/record_demo/summary.json ]; then echo "The sweep was run: sweeps/record_demo/report.html"; else \
		$(BIN)/python -m src.sweep +experiment=order_flow name=record_demo data.store=demo/market \
			$(if $(wildcard sweeps/record_demo/journal.jsonl),resume=true) $(ARGS); fi

test: $(INSTALLED) ## Run the tests that take minutes
	$(BIN)/python -m pytest -n auto --dist loadscope -m "not slow"

test-slow: $(INSTALLED) ## Run the tests with servers, browsers and whole sweeps
	$(BIN)/python -m pytest -n auto -m slow

check: $(INSTALLED) ## Format, lint, types and tests, as CI runs them
	$(BIN)/ruff format --check src tests benchmarks
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/mypy
	$(MAKE) test

format: $(INSTALLED) ## Format the code
	$(BIN)/ruff format src tests benchmarks
	$(BIN)/ruff check --fix src tests benchmarks

coverage: $(INSTALLED) ## Which lines the tests of minutes run
	$(BIN)/python -m pytest -n auto --dist loadscope -m "not slow" --cov --cov-report=term:skip-covered

wheel: $(INSTALLED) ## Build what `pip install` takes, into dist/
	$(BIN)/hatchling build

benchmark: $(INSTALLED) ## Time everything side by side: make benchmark ARGS=daily-16
	$(BIN)/python -m benchmarks.run $(ARGS)

mlflow: $(INSTALLED) ## Open the MLflow UI on what was logged
	@echo "MLflow on http://$(HOST):$(PORT_MLFLOW)/#/experiments?workflowType=machine_learning   (Ctrl-C ends it)"
	@-$(BIN)/python -m lstm_sweep.tracking.mlflow.moved mlruns/mlflow.db 2>/dev/null
	@-$(BIN)/python -m lstm_sweep.tracking.mlflow.newest mlruns/mlflow.db http://$(HOST):$(PORT_MLFLOW) 2>/dev/null
	@MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false $(BIN)/mlflow server --host $(HOST) --port $(PORT_MLFLOW) --workers 1 \
		--backend-store-uri sqlite:///mlruns/mlflow.db

tensorboard: $(INSTALLED) ## Open TensorBoard: the latest sweep, or NAME=a,b or NAME=all
	@$(BIN)/python -m src.tensorboard host=$(HOST)$(if $(PORT_TENSORBOARD), port=$(PORT_TENSORBOARD))$(if $(NAME), sweep=$(NAME))

clean: ## Remove what tools cache (never sweeps/ or mlruns/)
	rm -rf .mypy_cache .pytest_cache .ruff_cache .coverage dist
	find src tests -name __pycache__ -prune -exec rm -rf {} +
