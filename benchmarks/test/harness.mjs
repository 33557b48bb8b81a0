#!/usr/bin/env node
// Checks the harness: how answers are compared, and that a small run ends in well-formed results. Needs the built jar.
//
//   harness.mjs [--report FILE]
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { difference } from "../harness/answers.mjs";
import { median } from "../harness/measure.mjs";
import { ratio, record } from "../harness/report.mjs";

const benchmarks = path.resolve(import.meta.dirname, "..");
const scratch = path.join(benchmarks, "target/check");
const { values: options } = parseArgs({ options: { report: { type: "string" } } });

function run(program, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(benchmarks, program), ...args], { encoding: "utf8" });
  assert.equal(status, 0, `${program} ${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

const tests = {
  "answers with the same values agree"() {
    assert.equal(difference({ a: [1, null, "x"] }, { a: [1 + 1e-12, null, "x"] }), undefined);
    assert.equal(difference('"a","b"\n1,2.50\n', '"a","b"\n1.0,2.5\n'), undefined);
    assert.equal(difference({ a: 1, b: 2 }, { b: 2, a: 1 }), undefined);
  },
  "answers with other values, orders or lengths differ"() {
    assert.match(difference({ a: [1, 2] }, { a: [2, 1] }), /^\/a\/0: 1 and 2$/);
    assert.match(difference({ a: [1] }, { a: [1, 2] }), /^\/a: /);
    assert.match(difference({ a: [null] }, { a: [0] }), /null and 0/);
    assert.match(difference({ a: 1 }, { b: 1 }), /"a".*"b"/);
    assert.ok(difference("1,2\n", "1,3\n"));
    assert.ok(difference("1,\n", "1,0\n"));
  },
  "a median is the middle"() {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([10, 4, 1, 2]), 3);
  },
  "a ratio says how much more the other takes"() {
    assert.equal(ratio({ median_ms: 2 }, { median_ms: 5 }), "2.50×");
    assert.equal(ratio({ bytes: 4 }, undefined), "");
  },
  "recorded figures replace those of the same size"() {
    const file = path.join(scratch, "RESULTS.md");
    fs.writeFileSync(file, "# Results\n\n");
    record(file, "1,000 rows", "old");
    record(file, "20 rows", "small");
    record(file, "1,000 rows", "new");
    assert.equal(fs.readFileSync(file, "utf8"), "# Results\n\n## 20 rows\n\nsmall\n\n## 1,000 rows\n\nnew\n");
  },
  "a small run gives a figure for each contestant"() {
    run("trades.mjs", "1000", path.join(benchmarks, "target/data/1000"));
    const engines = ["parallax", "duckdb"];
    const only = ["load/", "view/", "call/size"];
    const args = ["--rows", "1000", "--small", "1000", "--rounds", "1", "--out", scratch];
    const printed = run("bench.mjs", ...args, "--engines", engines.join(), "--only", only.join());
    const results = JSON.parse(fs.readFileSync(path.join(scratch, "results.json"), "utf8"));
    const ops = [...new Set(results.map(({ op }) => op))];
    for (const prefix of only) assert.ok(ops.some((op) => op.startsWith(prefix)), prefix);
    for (const op of ops) {
      const found = results.filter((result) => result.op === op);
      assert.deepEqual(found.map(({ engine }) => engine), engines);
      for (const { rows, median_ms, rows_per_s } of found) {
        assert.ok(median_ms > 0, op);
        assert.ok(Math.abs(rows_per_s - (rows * 1000) / median_ms) < 1e-6 * rows_per_s, op);
      }
      assert.ok(printed.includes(op));
    }
    assert.match(fs.readFileSync(path.join(scratch, "results.html"), "utf8"), /view\/flat/);
  },
};

fs.mkdirSync(scratch, { recursive: true });
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    test();
  } catch (error) {
    failed++;
    console.error(`FAILED ${name}\n${error.message}`);
  }
}
const summary = `${Object.keys(tests).length - failed} passed, ${failed} failed`;
console.log(summary);
if (options.report) fs.writeFileSync(options.report, summary + "\n");
process.exitCode = failed ? 1 : 0;
