# Linkus server. `make help` lists the commands; what each needs is installed when it is missing.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.ONESHELL:
MAKEFLAGS += --no-print-directory

PY := .venv/bin/python
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.tools/bin:$(PATH)
export PYTHONPATH := $(CURDIR)

.PHONY: help run check test fuzz test-long mutate walk bench manual doctor clean format

help: ## 列出命令 · List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## 安装缺少的内容并启动服务器 · Install what is missing and start the server
	@exec scripts/bootstrap run

check: ## 快速检查：代码、类型、单元与接口测试 · The fast part: lint, types, unit and API tests
	@scripts/bootstrap check
	.venv/bin/python scripts/stages check

test: ## 安装测试所需内容并运行全部测试 · Install what the tests need and run all of them
	@scripts/bootstrap tests
	.venv/bin/python scripts/stages test

test-long: ## 运行耗时数小时的测试 · The slow and rare tests: hours
	@scripts/bootstrap tests
	.venv/bin/python scripts/stages long

mutate: ## 变异测试：改动纯逻辑代码，检查测试能否发现（MODULES="plan csv"） · Change pure modules in small ways, and see whether their tests notice
	@scripts/bootstrap check
	nice -n 5 $(PY) -m tools.mutation $(MODULES)

MINUTES ?= 60
fuzz: ## 长时间发送畸形 SIP 消息，并检查通话与内存（MINUTES=60） · Send bad SIP messages for an hour beside real calls
	@scripts/bootstrap tests
	LINKUS_FUZZ_MINUTES=$(MINUTES) $(PY) -m pytest -p no:cacheprovider -s tests/attack/test_storm.py

walk: ## 从空目录开始走完主要流程 · The main path in a real browser, from an empty home
	@scripts/bootstrap tests
	$(PY) -m tests.walk

bench: ## 测量各项指标 · Measure the figures
	@scripts/bootstrap tests
	$(PY) -m bench

manual: | $(PY) ## 列出手册各行由哪些测试证明 · Which rows of the manual the last test run has shown
	@$(PY) -m tools.manual

doctor: | $(PY) ## 检查环境并说明如何修复 · Check what an instance needs and say what to do
	@$(PY) -m linkus doctor

format: | $(PY) ## 统一代码格式 · Format the code
	@ruff format linkus tests tools bench
	npm --prefix web run format

$(PY):
	@echo "尚未安装：请先运行 make run 或 make test。 · Nothing is installed yet: run make run or make test first." >&2
	exit 1

clean: ## 删除构建结果（不删除 var） · Remove what was built (not var)
	@rm -rf .venv .tools web/node_modules web/apps/*/dist test-results .mypy_cache .ruff_cache .pytest_cache
