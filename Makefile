# `make` lists what there is. `make check` is exactly what CI runs.
.DEFAULT_GOAL := help
UV := uv run --quiet --group dev --all-extras

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: ## everything on loopback: three messages, their journeys, their proofs
	uv run kanhe demo

check: lint types rooms test ## exactly CI

lint: ## ruff: style and format
	$(UV) ruff check .
	$(UV) ruff format --check .

types: ## mypy, strict
	$(UV) mypy

rooms: ## lower rooms never import higher ones
	$(UV) lint-imports

test: ## all tests (installs Debian's Kannel, tshark and Chromium and npm smpp when it may)
	bash tests/peers/install.sh
	$(UV) pytest -n 2 --dist loadfile

sim: ## the seeded simulator alone
	$(UV) pytest tests/sim

bench: ## figures of docs/performance.md
	$(UV) kanhe bench smpp

docs: ## the manual
	$(UV) --group docs sphinx-build -W docs docs/_build

.PHONY: help demo check lint types rooms test sim bench docs
