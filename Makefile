# The words a newcomer types; each installs what it misses. See README.md.
PREFIX ?= /usr/local
ONCE ?= 0

.PHONY: demo test bench soak lint format docs install

demo:
	@scripts/setup build
	@scripts/demo $(if $(filter 1,$(ONCE)),--once)

test:
	@scripts/setup test
	@scripts/test

bench:
	@scripts/setup bench
	@scripts/bench

soak:
	@scripts/setup test
	@scripts/soak

lint:
	@scripts/setup lint
	@scripts/lint

format:
	@scripts/setup lint
	@git ls-files -z '*.cpp' '*.hpp' | xargs -0 clang-format-14 -i

docs:
	@scripts/setup docs
	@mkdir -p build
	@OUTPUT_DIRECTORY=build/docs doxygen docs/Doxyfile

install:
	@scripts/setup build
	@test -f build/release/CMakeCache.txt || cmake --preset release -DBUILD_TESTING=OFF
	@cmake --build --preset release
	@cmake --install build/release --prefix $(PREFIX)
