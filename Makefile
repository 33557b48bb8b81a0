# make demo    the dashboard at http://localhost:8080
# make test    every test there is
# Both install what is missing on a Debian or Ubuntu machine.

PORT ?= 8080
HOST ?= localhost
FILE ?=
MINUTES ?= 10
ROWS ?= 1000000
SEED ?= $(shell date +%s)

MVN := mvn -B -ntp
JAVA := java --enable-native-access=ALL-UNNAMED -cp "examples/target/parallax-examples.jar:examples/target/lib/*"
EXAMPLES := examples/target/parallax-examples.jar
PAGE := examples/page/dist/index.html
PAGE_MODULES := examples/page/node_modules/.package-lock.json
CONFORMANCE_MODULES := conformance/node_modules/.package-lock.json
BENCH_MODULES := benchmarks/node_modules/.package-lock.json
BENCH_JAR := benchmarks/target/parallax-benchmarks.jar
BENCH_PYTHON := benchmarks/target/venv/.installed
BENCH_DATA := benchmarks/target/data

SOURCES := $(shell find pom.xml native jni-bridge java-api integrations examples -type f \
  -not -path '*/target/*' -not -path '*/node_modules/*' -not -path '*/src/test/*' -not -path '*/native/tests/*' \
  -not -path '*/native/fuzz/*' \
  -not -path 'examples/page/*')

.PHONY: demo serve test soak self-check bench jmh asan tsan checkjni fuzz format clean deps deps-tests deps-bench deps-fuzz help

help:
	@echo "make demo [FILE=data.csv|.arrow|.json|.ndjson] [PORT=8080]   a dashboard of your data, or of sample data"
	@echo "make serve [PORT=8080]         an empty server, endpoint /websocket"
	@echo "make test                      all tests"
	@echo "make soak [MINUTES=10]         the dashboard on the live feed, watched for errors"
	@echo "make self-check [MINUTES=10] [SEED=1]   random writes; live views must equal fresh ones"
	@echo "make bench [ROWS=1000000] [ONLY=view/]   us beside the stock engines and DuckDB"
	@echo "make jmh                       the smallest calls, in nanoseconds"
	@echo "make asan | tsan | checkjni    the native tests under sanitizers, or with -Xcheck:jni"
	@echo "make fuzz [MINUTES=10]         every fuzzer of the engine for so long"
	@echo "make format | clean"

demo: deps
	@$(MAKE) -s --no-print-directory $(EXAMPLES) $(PAGE)
	@$(JAVA) dev.parallax.examples.Dashboard examples/page/dist $(HOST) $(PORT) $(if $(FILE),"$(FILE)")

serve: deps
	@$(MAKE) -s --no-print-directory $(EXAMPLES)
	@exec $(JAVA) dev.parallax.examples.Serve $(HOST) $(PORT)

test: deps-tests
	@$(MAKE) -s --no-print-directory $(PAGE) $(CONFORMANCE_MODULES) $(BENCH_MODULES)
	@.ci/test

soak: deps-tests
	@$(MAKE) -s --no-print-directory $(EXAMPLES) $(PAGE)
	@mkdir -p target/reports
	@node .ci/with-server.mjs target/reports/soak.log Dashboard examples/page/dist localhost {port} -- \
	  node examples/page/test/browser.mjs --url http://localhost:{port} --soak $(MINUTES)

self-check: deps-tests
	@cmake -S native -B native/target/cmake -G Ninja -DCMAKE_BUILD_TYPE=Release -DPARALLAX_TESTS=ON >/dev/null
	@cmake --build native/target/cmake --target view_test
	@PARALLAX_SELF_CHECK_MINUTES=$(MINUTES) PARALLAX_SELF_CHECK_SEED=$(SEED) \
	  native/target/cmake/view_test --gtest_filter='SelfCheck.LiveViews*'

# ONLY=view/,load/csv narrows it to operations that begin so, ENGINES=parallax,duckdb to these; RECORD=1 keeps the figures.
bench: deps-bench
	@$(MAKE) -s --no-print-directory $(BENCH_JAR) $(BENCH_PYTHON) $(BENCH_MODULES) \
	  $(BENCH_DATA)/$(ROWS)/trades.arrow $(BENCH_DATA)/100000/trades.arrow
	@node benchmarks/bench.mjs --rows $(ROWS) $(if $(ONLY),--only $(ONLY)) $(if $(ENGINES),--engines $(ENGINES)) \
	  $(if $(RECORD),--record)

jmh: deps
	@$(MAKE) -s --no-print-directory $(BENCH_JAR)
	@java -cp "benchmarks/target/parallax-benchmarks.jar:benchmarks/target/lib/*" org.openjdk.jmh.Main -prof gc $(ONLY)

asan tsan: deps-tests
	$(MVN) -P$@ -pl native,jni-bridge verify

checkjni: deps-tests
	$(MVN) -pl native,jni-bridge,java-api verify

fuzz: deps-fuzz
	@.ci/fuzz $(MINUTES)

format:
	git ls-files '*.cpp' '*.h' | xargs clang-format -i

clean:
	rm -rf target */target */*/target examples/page/dist

deps:
	@.ci/install-deps

deps-tests:
	@.ci/install-deps --tests

deps-bench:
	@.ci/install-deps --bench

deps-fuzz:
	@.ci/install-deps --fuzz

# The first build of the engine takes a few minutes.
$(EXAMPLES): $(SOURCES)
	@echo "Building; the first time takes some minutes"
	@$(MVN) -q -DskipTests -Dnative.tests=OFF -pl examples -am package
	@touch $@

$(BENCH_JAR): $(SOURCES) $(shell find benchmarks/pom.xml benchmarks/src -type f)
	@echo "Building; the first time takes some minutes"
	@$(MVN) -q -DskipTests -Dnative.tests=OFF -pl benchmarks -am package
	@touch $@

$(BENCH_PYTHON): benchmarks/requirements.txt
	@python3 -m venv $(@D)
	@$(@D)/bin/pip install -q --disable-pip-version-check -r $<
	@touch $@

$(BENCH_DATA)/%/trades.arrow: | $(BENCH_MODULES)
	@echo "Making $* trades"
	@node --max-old-space-size=14000 benchmarks/trades.mjs $* $(@D)

$(PAGE): $(PAGE_MODULES) examples/page/build.mjs $(wildcard examples/page/src/*)
	@cd examples/page && node build.mjs

%/node_modules/.package-lock.json: %/package-lock.json
	@cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@
