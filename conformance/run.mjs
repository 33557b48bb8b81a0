#!/usr/bin/env node
// Runs conformance cases with the stock Perspective client.
//
//   node run.mjs check  [OPTION...] FILE_OR_DIR...
//   node run.mjs record FILE_OR_DIR...      (fills every "expect" from the in-process peer)
//
//   --url ws://127.0.0.1:8080/websocket   ask this server instead of the peer's in-process engine
//   --pending FILE   cases that need not pass yet, one "area/name" a line; see README.md
//   --report FILE    write "N passed, N failed" there
//   --timeout MS     how long one step may take (15000)
//   --verbose        also name the cases that pass
import fs from "node:fs";
import path from "node:path";
import perspective, { make_session, make_client } from "@perspective-dev/client";
import { differ, sortKeys, UNORDERED } from "./lib/compare.mjs";
import { Pending } from "./lib/pending.mjs";
import { Run } from "./lib/steps.mjs";

function usage(problem) {
    console.error(`${problem}\nusage: run.mjs check|record [--url ws://...] [--pending FILE] [--report FILE] [--timeout MS] [--verbose] FILE_OR_DIR...`);
    process.exit(2);
}

function parseArguments([mode, ...rest]) {
    const options = { mode, targets: [], timeout: 15000, verbose: false };
    for (let i = 0; i < rest.length; i++) {
        if (rest[i] === "--verbose") options.verbose = true;
        else if (["--url", "--pending", "--report", "--timeout"].includes(rest[i])) options[rest[i].slice(2)] = rest[++i];
        else if (rest[i].startsWith("--")) usage(`unknown option ${rest[i]}`);
        else options.targets.push(rest[i]);
    }
    if (!["check", "record"].includes(mode)) usage(`unknown mode ${mode}`);
    if (options.targets.length === 0) usage("no file or folder given");
    options.timeout = Number(options.timeout);
    return options;
}

function files(target) {
    if (fs.statSync(target).isFile()) return [target];
    return fs.readdirSync(target, { withFileTypes: true })
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((e) => {
            const p = path.join(target, e.name);
            if (e.isDirectory()) return e.name === "node_modules" ? [] : files(p);
            return e.name.endsWith(".json") && !e.name.startsWith("package") ? [p] : [];
        });
}

class TimedOut extends Error {}

async function timed(promise, ms) {
    let timer;
    const late = new Promise((_, no) => { timer = setTimeout(() => no(new TimedOut(`no answer in ${ms} ms`)), ms); });
    try { return await Promise.race([promise, late]); } finally { clearTimeout(timer); }
}

async function inProcess() {
    let client = null;
    const session = await make_session(async (r) => { await client.handle_response(r); });
    client = make_client(async (q) => { await session.handle_request(q); });
    return client;
}

const connect = (url) => (url ? perspective.websocket(url) : inProcess());

/** Does one step; returns what is wrong with the answer, or null. */
async function check(step, run, timeout) {
    let got, error = null;
    try { got = await timed(run.step(step), timeout); } catch (e) { error = e; }
    if (error instanceof TimedOut) throw error;
    if ("expect_error" in step) {
        return error ? null : `expected an error (${step.expect_error}), got ${JSON.stringify(got)?.slice(0, 200)}`;
    }
    if (error) return String(error.message ?? error).slice(0, 300);
    if (!("expect" in step)) return null;
    const [want, have] = UNORDERED.has(step.op) ? [sortKeys(step.expect), sortKeys(got)] : [step.expect, got];
    return differ(want, have, "$", step.loose);
}

async function record(step, run, timeout) {
    delete step.expect;
    delete step.expect_error;
    try {
        const got = await timed(run.step(step), timeout);
        if (got !== null && got !== undefined) step.expect = got;
    } catch (e) { step.expect_error = String(e.message ?? e).slice(0, 300); }
    return null;
}

/** Runs one case; returns what was wrong, or null. */
async function runCase(client, c, options) {
    const run = new Run(client), each = options.mode === "record" ? record : check;
    try {
        for (let i = 0; i < c.steps.length; i++) {
            let wrong;
            try { wrong = await each(c.steps[i], run, options.timeout); } catch (e) { wrong = e.message; }
            if (wrong) return `step ${i} (${c.steps[i].op}): ${wrong}`;
        }
        return null;
    } finally { await timed(run.close(), options.timeout).catch(() => {}); }
}

/** Whether the client still gets answers; a lost connection or a trapped client would fail all that follows. */
async function alive(client) {
    try { await timed(client.get_hosted_table_names(), 5000); return true; } catch { return false; }
}

// One step a line, so that a case reads and diffs like a script.
function compact(doc) {
    const cases = doc.cases.map((c) => {
        const { steps, ...head } = c;
        const h = JSON.stringify(head).slice(0, -1);
        return `  ${h}, "steps": [\n${steps.map((s) => "    " + JSON.stringify(s)).join(",\n")}\n  ]}`;
    });
    const { cases: _, ...head } = doc;
    return `${JSON.stringify(head).slice(0, -1)}, "cases": [\n${cases.join(",\n")}\n]}\n`;
}

const options = parseArguments(process.argv.slice(2));
const pending = new Pending(options.pending);
const areas = new Map();
let client = await connect(options.url);
let failed = 0;
for (const file of options.targets.flatMap(files)) {
    const doc = JSON.parse(fs.readFileSync(file, "utf8"));
    const tally = areas.get(doc.area) ?? { passed: 0, all: 0 };
    areas.set(doc.area, tally);
    for (const c of doc.cases) {
        const name = `${doc.area}/${c.name}`;
        if (options.mode === "check" && c.skip) continue;
        const why = await runCase(client, c, options);
        if (why !== null && !(await alive(client))) client = await connect(options.url);
        tally.all++;
        if (why === null) tally.passed++;
        const verdict = pending.verdict(name, why);
        if (verdict.failed) failed++;
        if (verdict.failed || options.verbose) console.log(verdict.line);
    }
    if (options.mode === "record") fs.writeFileSync(file, compact(doc));
}
for (const name of pending.unknown([...areas.keys()])) {
    failed++;
    console.log(`FAIL  ${name}: on the pending list, but there is no such case`);
}

const top = new Map();
for (const [area, { passed, all }] of areas) {
    console.log(`${area}: ${passed} of ${all} pass`);
    const sum = top.get(area.split("/")[0]) ?? { passed: 0, all: 0 };
    top.set(area.split("/")[0], { passed: sum.passed + passed, all: sum.all + all });
}
for (const [area, { passed, all }] of top) console.log(`== ${area}: ${passed} of ${all} pass (${((100 * passed) / all).toFixed(1)} %)`);
const passed = [...top.values()].reduce((n, t) => n + t.passed, 0);
console.log(`${passed} passed, ${failed} failed, ${pending.count} pending`);
if (options.report) fs.writeFileSync(options.report, `${passed} passed, ${failed} failed\n`);
process.exit(failed ? 1 : 0);
