#!/usr/bin/env node
// Measures the contestants side by side: see README.md; "make bench" calls it.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { ENGINES } from "./harness/contestant.mjs";
import { Field, measure } from "./harness/measure.mjs";
import { measureMemory } from "./harness/memory.mjs";
import { operations } from "./harness/operations.mjs";
import { page } from "./harness/page.mjs";
import { cells, machine, markdown, plain, record } from "./harness/report.mjs";

const here = import.meta.dirname;
const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "1000000" },
    small: { type: "string", default: "100000" },
    only: { type: "string", default: "" },
    engines: { type: "string", default: ENGINES.join(",") },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(os.availableParallelism()) },
    out: { type: "string", default: path.join(here, "target") },
    record: { type: "boolean", default: false },
  },
});

const trades = (rows) => ({ rows: Number(rows), data: path.join(here, "target/data", rows) });
const engines = options.engines.split(",");
const unknown = engines.filter((engine) => !ENGINES.includes(engine));
if (unknown.length) {
  console.error(`unknown engines ${unknown}; there are ${ENGINES}`);
  process.exit(2);
}
const all = trades(options.rows);
const small = trades(options.small);
const wanted = options.only.split(",");
const selected = (op) => wanted.some((prefix) => op.startsWith(prefix));
const todo = operations(all, small);
const results = [];

/** Written after each operation, so that a long run that is stopped leaves what it has found. */
function keep(found) {
  results.push(...found);
  fs.writeFileSync(path.join(options.out, "results.json"), JSON.stringify(results, null, 1) + "\n");
  console.log(plain(cells(found, engines)).split("\n").slice(1).join("\n"));
}

const field = new Field(engines, options.threads, all.data);
fs.mkdirSync(options.out, { recursive: true });
for (const op of todo.filter(({ op }) => selected(op))) {
  const found = await measure(field, op, { rounds: Number(options.rounds), scratch: options.out });
  keep(found);
  for (const { engine, error, differs, known } of found) {
    if (error) console.log(`  ${error}`);
    if (differs) console.log(`  ${engine} differs at ${differs}${known ? `, as known: ${known}` : ""}`);
  }
}
await field.close();

const views = todo.filter(({ op }) => ["view/group1", "view/pivot", "view/sort"].includes(op));
for (const engine of selected("memory/") ? engines : []) {
  keep(await measureMemory(engine, options.threads, all, small, views));
}

const title = `${all.rows.toLocaleString("en")} rows`;
const arrow = fs.statSync(path.join(all.data, "trades.arrow")).size / 2 ** 20;
const facts = [
  `${new Date().toISOString().slice(0, 10)}, ${title}, ${arrow.toFixed(0)} MiB as Arrow`,
  ...machine(options.threads, field.versions),
];
const table = cells(results, engines);
console.log(`\n${facts.join("\n")}\n\n${plain(table)}`);
fs.writeFileSync(path.join(options.out, "results.html"), page(`Parallax beside others: ${title}`, facts, results));
if (options.record) {
  record(path.join(here, "RESULTS.md"), title, `${facts.map((fact) => `- ${fact}`).join("\n")}\n\n${markdown(table)}\n`);
}
process.exitCode = results.some(({ error, differs, known }) => error || (differs && !known)) ? 1 : 0;
