# `make help` lists the verbs. Needs Python 3.11 or newer and nothing else.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TEST_STAMP := $(VENV)/.installed-test
TORCH := torch==2.13.0
# PyTorch's own index of CPU builds; without it an ordinary user downloads gigabytes of GPU libraries.
TORCH_CPU_INDEX := https://download.pytorch.org/whl/cpu

.PHONY: help run test check setup index eval eval-topics eval-retrieval eval-materials eval-forecast bench bench-retrieval bench-texts bench-crash clean

help: ## 列出全部命令
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更新的版本，现在是 %d.%d。" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

$(VENV)/.torch: $(BIN)/python
	@echo "安装 PyTorch（CPU 版）……" >&2
	@$(BIN)/python -c 'import torch' 2>/dev/null \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 0 --timeout 20 --index-url $(TORCH_CPU_INDEX) $(TORCH) 2>/dev/null \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check $(TORCH)
	@touch $@

$(STAMP): pyproject.toml $(VENV)/.torch
	@echo "安装依赖……" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(TEST_STAMP): $(STAMP)
	@echo "安装测试依赖……" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

setup: $(STAMP) ## 建 .venv 并安装

run: $(STAMP) ## 启动：建库、建索引、装入虚构样例、打开网页
	@ZHIBAN_DEMO=$${ZHIBAN_DEMO:-1} $(BIN)/zhiban run

test: $(TEST_STAMP) ## 运行全部测试
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(TEST_STAMP) ## 代码风格和类型检查
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

index: $(STAMP) ## 重建知识库索引
	@$(BIN)/zhiban index build

eval: $(TEST_STAMP) ## 问答评测（eval/），打印分数表和错题
	@$(BIN)/python -m eval dev held_out held_out_2

eval-retrieval: $(TEST_STAMP) ## 检索评测（需要 ../shared/data）
	@$(BIN)/python -m eval.retrieval

eval-topics: $(TEST_STAMP) ## 工单分类评测（需要 ../shared/data），打印宏平均 F1 和少量标注时的成绩
	@$(BIN)/python -m eval.topics

eval-materials: $(TEST_STAMP) ## 材料审核评测（虚构材料、预埋问题；识别照片和扫描件）
	@$(BIN)/python -c 'import rapidocr, onnxruntime' 2>/dev/null \
	|| $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,ocr]'
	@$(BIN)/python -m eval.materials

eval-forecast: $(TEST_STAMP) ## 预测评测：逐月回推，与简单推算比较
	@$(BIN)/python -m eval.forecast

bench: $(TEST_STAMP) ## 速度与内存，附机器说明
	@$(BIN)/python -m benchmarks

bench-retrieval: $(TEST_STAMP) ## 检索速度（需要 ../shared/data）
	@$(BIN)/python -m benchmarks.retrieval

bench-texts: $(TEST_STAMP) ## 类似工单（百万件）、热点（十万件）和办理建议的速度
	@$(BIN)/python -m benchmarks.texts

bench-crash: $(TEST_STAMP) ## 反复杀进程，核对提醒不丢不重
	@$(BIN)/python -m benchmarks.crash

clean: ## 删除 .venv（数据目录 var/ 不动）
	rm -rf $(VENV)
