#!/usr/bin/env node
// Adds up what the test suites wrote, and prints one line "N passed, N failed":
//
//   summary.mjs REPORTS [FAILED_STEP...]
//
// REPORTS/gtest/*.xml   the engine's unit tests
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

/** The counts of one JUnit-like report, which stand in its first element. */
function countXml(file) {
  const head = /<testsuites?\b[^>]*>/.exec(fs.readFileSync(file, "utf8"))?.[0] ?? "";
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  return { passed: count("tests") - failed - count("skipped") - count("disabled"), failed };
}

function countText(file) {
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(fs.readFileSync(file, "utf8"));
  return { passed: Number(passed), failed: Number(failed) };
}

const suites = [
  ["engine", find(path.join(reports, "gtest"), 2, (at) => at.endsWith(".xml")).map(countXml)],
  ["Java", find(".", 5, (at) => /target\/surefire-reports\/TEST-[^/]*\.xml$/.test(at)).map(countXml)],
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
