#!/usr/bin/env node
// Adds up what the test suites wrote, and prints one line "N passed, N failed":
//
//   summary.mjs REPORTS [FAILED_STEP...]
//
// native/target/cmake/Testing   the engine's unit tests, as ctest reports them
// */target/surefire-reports/TEST-*.xml   the Java tests
// REPORTS/*.txt         the Node suites, each a line "N passed, N failed"
// A step that failed without a failed test of its own counts as one failure.
import fs from "node:fs";
import path from "node:path";

const [reports, ...failedSteps] = process.argv.slice(2);

function find(folder, depth, matches) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return depth > 0 && entry.name !== "node_modules" ? find(at, depth - 1, matches) : [];
    return matches(at) ? [at] : [];
  });
}

/** The counts of the last ctest run, one element a test. */
function countCtest(folder) {
  const tag = path.join(folder, "TAG");
  if (!fs.existsSync(tag)) return [];
  const run = fs.readFileSync(tag, "utf8").split("\n")[0];
  const report = fs.readFileSync(path.join(folder, run, "Test.xml"), "utf8");
  const count = (status) => report.match(new RegExp(`<Test Status="${status}"`, "g"))?.length ?? 0;
  return [{ passed: count("passed"), failed: count("failed") }];
}

/** The counts of one JUnit report, which stand in its first element. */
function countJunit(file) {
  const head = /<testsuite\b[^>]*>/.exec(fs.readFileSync(file, "utf8"))?.[0] ?? "";
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped"), failed };
}

function countText(file) {
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(fs.readFileSync(file, "utf8"));
  return { passed: Number(passed), failed: Number(failed) };
}

const suites = [
  ["engine", countCtest("native/target/cmake/Testing")],
  ["Java", find(".", 5, (at) => /target\/surefire-reports\/TEST-[^/]*\.xml$/.test(at)).map(countJunit)],
  ...find(reports, 0, (at) => at.endsWith(".txt")).map((at) => [path.basename(at, ".txt"), [countText(at)]]),
];
const total = { passed: 0, failed: 0 };
for (const [name, counts] of suites) {
  const passed = counts.reduce((sum, one) => sum + one.passed, 0);
  const failed = counts.reduce((sum, one) => sum + one.failed, 0);
  console.log(`${name}: ${passed} passed, ${failed} failed`);
  total.passed += passed;
  total.failed += failed;
}
for (const step of failedSteps) console.log(`failed: ${step}`);
const failed = Math.max(total.failed, failedSteps.length);
console.log(`${total.passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
