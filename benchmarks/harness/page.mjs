// The results as one page with bars, complete in itself.
import { byOperation, figure, ratio, shown, OURS } from "./report.mjs";

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const STYLE = `
:root { color-scheme: light dark; --ours: #0a7f6f; --theirs: #9aa4b2; --line: #8884; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0; }
p { margin: .25rem 0; opacity: .8; }
section { border-top: 1px solid var(--line); padding: .75rem 0; break-inside: avoid; }
h2 { font-size: 1rem; margin: 0 0 .25rem; }
h2 small { font-weight: normal; opacity: .7; }
dl { display: grid; grid-template-columns: 7rem 1fr 10rem; gap: .15rem .75rem; margin: 0; align-items: center; }
dt, dd { margin: 0; }
dd:nth-of-type(even) { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { height: .8rem; min-width: 2px; border-radius: 2px; background: var(--theirs); }
.ours { background: var(--ours); }
`;

function row(engine, result, ours, greatest) {
  const width = (100 * Math.max(figure(result) ?? 0, 0)) / greatest;
  const bar = result.error ? escape("could not") : `<div class="bar${engine === OURS ? " ours" : ""}" style="width:${width.toFixed(2)}%"></div>`;
  const times = engine === OURS ? "" : ` · ${ratio(ours, result)}`;
  return `<dt>${engine}</dt><dd title="${escape(result.error ?? result.differs ?? "")}">${bar}</dd><dd>${shown(result)}${result.error ? "" : times}</dd>`;
}

function section([op, found]) {
  const greatest = Math.max(...[...found.values()].map((result) => figure(result) ?? 0)) || 1;
  const bars = [...found].map(([engine, result]) => row(engine, result, found.get(OURS), greatest));
  const rows = [...found.values()][0].rows.toLocaleString("en");
  return `<section><h2>${escape(op)} <small>${rows} rows</small></h2><dl>${bars.join("")}</dl></section>`;
}

export function page(title, facts, results) {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(title)}</title><style>${STYLE}</style>
<h1>${escape(title)}</h1>
${facts.map((fact) => `<p>${escape(fact)}</p>`).join("\n")}
<p>Bars are medians, shorter is better; × tells how many times as much as ${OURS} another takes.</p>
${byOperation(results).map(section).join("\n")}
</html>
`;
}
