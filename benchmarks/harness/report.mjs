// What was measured, as text: a table for the terminal, the same as Markdown.
import fs from "node:fs";
import os from "node:os";

export const OURS = "parallax";

/** The results by operation: `[op, Map of engine -> result]`, in order. */
export function byOperation(results) {
  const ops = new Map();
  for (const result of results) {
    if (!ops.has(result.op)) ops.set(result.op, new Map());
    ops.get(result.op).set(result.engine, result);
  }
  return [...ops];
}

/** Of a result, the figure that is compared, less being better; undefined if there is none. */
export const figure = (result) => result?.median_ms ?? result?.bytes;

const digits = (value) => (value >= 100 ? value.toFixed(0) : value >= 1 ? value.toPrecision(3) : value.toPrecision(2));

export function shown(result) {
  if (result?.bytes !== undefined) return `${digits(result.bytes / 2 ** 20)} MiB`;
  if (result?.median_ms === undefined) return "";
  return result.median_ms >= 0.1 ? `${digits(result.median_ms)} ms` : `${digits(result.median_ms * 1000)} µs`;
}

/** How many times as much as ours another engine takes. */
export function ratio(ours, theirs) {
  const ratio = figure(theirs) / figure(ours);
  return Number.isFinite(ratio) && ratio > 0 ? `${digits(ratio)}×` : "";
}

/** Rows of cells, the header first. */
export function cells(results, engines) {
  const others = engines.filter((engine) => engine !== OURS);
  const head = ["operation", "rows", OURS, ...others.flatMap((engine) => [engine, "×"])];
  const body = byOperation(results).map(([op, found]) => {
    const ours = found.get(OURS);
    const cell = (engine) => {
      const result = found.get(engine);
      return result?.error ? "failed" : shown(result) + (result?.differs ? " ≠" : "");
    };
    const rows = [...found.values()][0].rows.toLocaleString("en");
    return [op, rows, cell(OURS), ...others.flatMap((engine) => [cell(engine), ratio(ours, found.get(engine))])];
  });
  return [head, ...body];
}

/** Cells in columns, the first left-aligned. */
export function plain(rows) {
  const widths = rows[0].map((_, c) => Math.max(...rows.map((row) => row[c].length)));
  const pad = (cell, c) => (c === 0 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}

export function markdown(rows) {
  const line = (row) => `| ${row.join(" | ")} |`;
  const rule = rows[0].map((_, c) => (c === 0 ? "---" : "---:"));
  return [rows[0], rule, ...rows.slice(1)].map(line).join("\n");
}

/** What the figures were measured on. */
export function machine(threads, versions) {
  const cpus = os.cpus();
  const gib = Math.round(os.totalmem() / 2 ** 30);
  return [
    `${cpus.length} × ${cpus[0].model}, ${gib} GiB of memory, Linux ${os.release()}; ${threads} threads each`,
    ...Object.entries(versions).map(([engine, version]) => `${engine}: ${version}`),
  ];
}

/** Puts a section into RESULTS.md, in place of the one of the same title. */
export function record(file, title, text) {
  const old = fs.readFileSync(file, "utf8");
  const [intro, ...sections] = old.split(/^(?=## )/m);
  const kept = sections
    .filter((section) => !section.startsWith(`## ${title}\n`))
    .map((section) => `${section.trimEnd()}\n\n`);
  const all = [...kept, `## ${title}\n\n${text.trimEnd()}\n\n`].sort((a, b) => size(a) - size(b));
  fs.writeFileSync(file, (intro + all.join("")).trimEnd() + "\n");
}

/** Sections stand by number of rows. */
const size = (section) => Number(/^## ([\d,]+)/.exec(section)?.[1].replaceAll(",", "") ?? 0);
