# One line a target: the work is in dev/.
PREFIX ?= /usr/local
.PHONY: run test build install bench lint clean
run: ; @dev/run-example
test: ; @dev/test
build: ; @dev/build
install: ; @dev/install "$(DESTDIR)$(PREFIX)"
bench: ; @dev/bench/run
lint: ; @dev/lint
clean: ; @dev/engines purge && rm -rf .build .build-*
