// What a table, and what a view costs in resident memory, in a process of their own.
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Contestant } from "./contestant.mjs";

/** Twice, because Java unmaps a file some time after it has found that nobody uses it. */
async function resident(contestant) {
  for (let i = 0; i < 2; i++) {
    await contestant.ask({ do: "settle" });
    await sleep(500);
  }
  const status = fs.readFileSync(`/proc/${contestant.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]) * 1024;
}

/**
 * Gives `memory/table` with what the trades take, and one `memory/view/*` for each view held besides: `{op, engine,
 * rows, bytes}`. The small set is loaded before, so that what the engine takes once does not count.
 */
export async function measureMemory(engine, threads, trades, small, views) {
  const contestant = new Contestant(engine, threads);
  const results = [];
  const grown = (op, from, to) => results.push({ op, engine, rows: trades.rows, bytes: to - from });
  try {
    await contestant.ask({ do: "open", data: small.data });
    let before = await resident(contestant);
    await contestant.ask({ do: "open", data: trades.data });
    let after = await resident(contestant);
    grown("memory/table", before, after);
    for (const op of engine === "duckdb" ? [] : views) {
      before = after;
      await contestant.ask({ do: "hold", op });
      after = await resident(contestant);
      grown(`memory/${op.op}`, before, after);
    }
  } catch (error) {
    results.push({ op: "memory", engine, rows: trades.rows, error: error.message });
  } finally {
    await contestant.close();
  }
  return results;
}
