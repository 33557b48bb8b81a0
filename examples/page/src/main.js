import "./policy.js";

// The order matters: the viewer's element must be there before plugins register with it.
await import("./viewer/cdn/perspective-viewer.js");
await import("./datagrid/cdn/perspective-viewer-datagrid.js");
const { default: perspective } = await import("./client/cdn/perspective.js");
const { loadCharts } = await import("./charts.js");
const { configuration, viewsOf } = await import("./views.js");
await loadCharts();

const STATUS_INTERVAL_MS = 500;

const viewer = document.querySelector("perspective-viewer");
const status = document.getElementById("status");
const scheme = location.protocol === "https:" ? "wss:" : "ws:";
const chosen = { table: null, view: null };

function show(state, text) {
  status.className = state;
  status.textContent = text;
}

function buttons(nav, labels, current, choose) {
  nav.replaceChildren(
    ...labels.map((label, i) => {
      const button = document.createElement("button");
      button.textContent = label;
      button.setAttribute("aria-pressed", String(i === current));
      button.addEventListener("click", () => choose(i));
      return button;
    }),
  );
}

async function choose(tables, table, index = 0, extra = {}) {
  const views = viewsOf(table);
  chosen.table = table;
  chosen.view = views[index];
  buttons(document.getElementById("tables"), tables, tables.indexOf(table), (i) =>
    choose(tables, tables[i]),
  );
  buttons(
    document.getElementById("views"),
    views.map((view) => view.title),
    index,
    (i) => choose(tables, table, i),
  );
  await viewer.restore({ ...configuration(table, views[index]), ...extra });
  await viewer.flush();
}

/** Keeps the number of rows of the chosen table in the status, until the connection is lost. */
async function watch(client, lost) {
  const handles = new Map();
  while (!lost.aborted) {
    const table = chosen.table;
    if (!handles.has(table)) handles.set(table, await client.open_table(table));
    const rows = await handles.get(table).size();
    if (!lost.aborted) show("live", `${table}: ${rows.toLocaleString("en")} rows`);
    await new Promise((resolve) => setTimeout(resolve, STATUS_INTERVAL_MS));
  }
}

async function open() {
  const client = await perspective.websocket(`${scheme}//${location.host}/websocket`);
  const lost = new AbortController();
  await client.on_error(() => {
    lost.abort();
    show("lost", "connection lost: reload the page");
  });
  const tables = (await client.get_hosted_table_names()).sort();
  if (tables.length === 0) {
    show("lost", "the server holds no table");
    return;
  }
  await viewer.load(client);
  await choose(tables, tables[0], 0, { settings: true });
  document.body.dataset.ready = "true";
  await watch(client, lost.signal).catch((error) => {
    if (!lost.signal.aborted) throw error;
  });
}

open().catch((error) => {
  show("lost", String(error.message ?? error));
  throw error;
});
