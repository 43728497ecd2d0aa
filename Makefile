# Each line makes or updates .venv first; more arguments go through ARGS: make test ARGS="-k softmax"
PYTHON ?= python3
.PHONY: lab test build check bench lock

lab: ; @$(PYTHON) utils/launch.py lab $(ARGS)
test: ; @$(PYTHON) utils/launch.py test $(ARGS)
build: ; @$(PYTHON) utils/launch.py build $(ARGS)
check: ; @$(PYTHON) utils/launch.py check $(ARGS)
bench: ; @$(PYTHON) utils/launch.py bench $(ARGS)
lock: ; @$(PYTHON) utils/launch.py lock $(ARGS)
