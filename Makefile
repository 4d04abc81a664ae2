# Thin names; the work is in bootstrap.py. Further arguments: make test ARGS="-k referral"
PYTHON ?= python3
HERE := $(dir $(lastword $(MAKEFILE_LIST)))

.PHONY: run test check bench drill setup
run test check bench drill setup:
	@$(PYTHON) "$(HERE)bootstrap.py" $@ $(ARGS)
