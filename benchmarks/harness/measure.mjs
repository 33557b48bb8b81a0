// Runs operations on the contestants, a round at a time, so that what disturbs one disturbs all.
import path from "node:path";
import { difference } from "./answers.mjs";
import { Contestant } from "./contestant.mjs";
import { writeBatches } from "./updates.mjs";

/** How long an engine may spend on one operation before fewer rounds than asked for must do. */
const PATIENCE_MS = 20_000;

const tired = ({ times, spent }) =>
  (times.length >= 3 && spent > PATIENCE_MS) || (times.length >= 1 && spent > 3 * PATIENCE_MS);

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The contestants, each with the data open. One that has died comes back for the next operation. */
export class Field {
  #engines;
  #threads;
  #data;
  #running = new Map();
  versions = {};

  constructor(engines, threads, data) {
    this.#engines = engines;
    this.#threads = threads;
    this.#data = data;
  }

  async get(engine) {
    if (!this.#running.has(engine)) {
      const contestant = new Contestant(engine, this.#threads);
      this.#running.set(engine, contestant);
      this.versions[engine] = (await contestant.ask({ do: "open", data: this.#data })).version;
    }
    return this.#running.get(engine);
  }

  async drop(engine) {
    await this.#running.get(engine)?.close();
    this.#running.delete(engine);
  }

  get engines() {
    return this.#engines;
  }

  async close() {
    for (const engine of this.#engines) await this.drop(engine);
  }
}

/** Whether an engine can be put an operation at all. */
const takes = (engine, op) => engine !== "duckdb" || op.kind === "load" || op.kind === "size" || op.sql !== undefined;

/**
 * Measures one operation. Gives one result an engine: `{op, engine, rows, median_ms, rows_per_s}`, or with `error`
 * in place of the figures; with `differs` if its answer is not the first engine's, and `known` if that was expected.
 */
export async function measure(field, op, { rounds, scratch }) {
  if (op.batches) {
    op.file = path.join(scratch, `${op.op.replace("/", "-")}.jsonl`);
    writeBatches(op.file, op.batches);
  }
  const runs = field.engines
    .filter((engine) => takes(engine, op))
    .map((engine) => ({ engine, times: [], spent: 0 }));

  let expected;
  for (const run of runs) {
    const { answer } = (await attempt(field, run, { do: "answer", op })) ?? {};
    if (run.error) continue;
    if (expected === undefined) expected = answer;
    else run.differs = difference(expected, answer);
    run.known = run.differs && op.quirk?.engines.includes(run.engine) ? op.quirk.text : undefined;
  }
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const run of rotated(runs, round)) {
      if (run.error || tired(run)) continue;
      const start = performance.now();
      const { ms } = (await attempt(field, run, { do: "run", op })) ?? {};
      run.spent += performance.now() - start;
      if (!run.error && (round > 0 || run.spent > PATIENCE_MS)) run.times.push(ms);
    }
  }
  return runs.map(({ engine, times, error, differs, known }) => {
    const result = { op: op.op, engine, rows: op.rows };
    if (error) return { ...result, error };
    const ms = median(times);
    return { ...result, median_ms: ms, rows_per_s: (op.rows * 1000) / ms, differs, known };
  });
}

async function attempt(field, run, request) {
  try {
    return await (await field.get(run.engine)).ask(request);
  } catch (error) {
    run.error = error.message;
    if (error.dead) await field.drop(run.engine);
    return undefined;
  }
}

const rotated = (list, by) => list.map((_, i) => list[(i + by) % list.length]);
