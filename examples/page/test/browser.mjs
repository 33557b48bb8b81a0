#!/usr/bin/env node
// Drives the dashboard in a headless Chromium and compares what it shows with what a client reads.
//
//   node test/browser.mjs --url http://localhost:8080 [--soak MINUTES] [--screenshot FILE] [--report FILE]
import fs from "node:fs";
import perspective from "@perspective-dev/client";
import { gridRows, openPage, press, restore, save, settle } from "./page.mjs";

const options = Object.fromEntries(
  process.argv
    .slice(2)
    .join(" ")
    .split("--")
    .filter(Boolean)
    .map((option) => option.trim().split(/\s+/)),
);
if (!options.url) {
  console.error("usage: browser.mjs --url http://... [--soak MINUTES] [--screenshot FILE] [--report FILE]");
  process.exit(2);
}

const CHARTS = [
  ["X Bar", ["Sales"]],
  ["Y Bar", ["Sales"]],
  ["Y Line", ["Sales", "Profit"]],
  ["Y Area", ["Sales"]],
  ["Y Scatter", ["Sales"]],
  ["X/Y Scatter", ["Sales", "Profit", null, "Quantity"]],
  ["Heatmap", ["Profit"]],
  ["Treemap", ["Sales", "Profit"]],
  ["Sunburst", ["Sales", "Profit"]],
  ["Candlestick", ["Sales", "Profit"]],
  ["OHLC", ["Sales", "Profit"]],
];

function assert(condition, message) {
  if (!condition) throw new Error(message);
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A cell of the grid as a value: the grid writes numbers as "1,234.50" and nulls as "-". */
function valueOf(text) {
  if (text === "-" || text === "") return null;
  const number = Number(text.replaceAll(",", ""));
  return Number.isNaN(number) ? text : number;
}

function sameCell(shown, value) {
  if (typeof shown !== "number" || typeof value !== "number") return shown === (value ?? null);
  return Math.abs(shown - value) <= 0.0051; // the grid shows two decimals
}

/** Compares the grid with a view of the same configuration, made by a client of our own. */
async function compareGrid(page, client, atLeast) {
  const config = await save(page);
  const table = await client.open_table(config.table);
  const { group_by, split_by, columns, filter, sort, aggregates } = config;
  const view = await table.view({ group_by, split_by, columns, filter, sort, aggregates });
  const shown = await gridRows(page);
  assert(shown.length >= atLeast, `the grid shows ${shown.length} rows, expected ${atLeast} or more`);
  const data = JSON.parse(await view.to_columns_string({ end_row: shown.length }));
  await view.delete();
  const { __ROW_PATH__: paths, ...values } = data;
  const names = Object.keys(values);
  shown.forEach((row, r) => {
    if (paths) {
      const label = paths[r].length ? String(paths[r].at(-1)) : "TOTAL";
      assert(row.label === label, `row ${r} is labelled ${row.label}, expected ${label}`);
    }
    assert(row.cells.length > 0, `row ${r} shows no cells`);
    row.cells.forEach((text, c) => {
      const value = values[names[c]][r];
      assert(sameCell(valueOf(text), value), `row ${r}, ${names[c]}: shows ${text}, expected ${value}`);
    });
  });
  return shown;
}

/** How much the chart has drawn: its marks, or for a canvas the pixels that are not blank. */
function drawn(page, name) {
  const tag = `perspective-viewer-d3fc-${name.toLowerCase().replace(/[ /]/g, "")}`;
  return page.locator(tag).evaluate((chart) => {
    const root = chart.shadowRoot;
    const marks = [...root.querySelectorAll("path, rect, circle")].filter((mark) => {
      const { width, height } = mark.getBoundingClientRect();
      return width > 1 && height > 1 && !mark.closest("#dragHandles, .legend-container");
    }).length;
    const pixels = [...root.querySelectorAll("canvas")].map((canvas) => {
      const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      let count = 0;
      for (let i = 3; i < data.length; i += 4) if (data[i]) count++;
      return count;
    });
    return { marks, pixels: Math.max(0, ...pixels) };
  });
}

async function lastId(client) {
  const view = await (await client.open_table("trades")).view({ columns: ["id"], sort: [["id", "desc"]] });
  const { id } = await view.to_columns({ end_row: 1 });
  await view.delete();
  return id[0];
}

async function statusRows(page) {
  return Number((await page.textContent("#status")).replace(/^.*: ([\d,]+) rows$/, "$1").replaceAll(",", ""));
}

/** Waits until the grid has shown `times` different texts in its first cell; returns how long it took. */
async function followFirstRow(page, times, ms) {
  const seen = new Set();
  const start = Date.now();
  while (seen.size < times) {
    assert(Date.now() - start < ms, `the first row changed ${seen.size - 1} times in ${ms} ms`);
    const rows = await gridRows(page);
    if (rows.length) seen.add(JSON.stringify(rows[0].cells));
    await sleep(50);
  }
}

function tests(page, client) {
  const flat = { group_by: [], split_by: [], filter: [], sort: [], aggregates: {} };
  return {
    "shows the superstore grouped, split and sorted": async () => {
      await press(page, "superstore");
      const rows = await compareGrid(page, client, 20);
      assert(rows[0].cells.length === 6, "three categories with two columns each");
    },
    "shows plain rows": async () => {
      await restore(page, { ...flat, columns: ["Row ID", "City", "State", "Sales", "Quantity", "Profit"] });
      await compareGrid(page, client, 20);
    },
    "sorts": async () => {
      await restore(page, { sort: [["Sales", "desc"], ["Row ID", "asc"]] });
      const rows = await compareGrid(page, client, 20);
      assert(valueOf(rows[0].cells[3]) > 20000, "the greatest sale comes first");
    },
    "filters": async () => {
      await restore(page, { filter: [["State", "==", "Texas"], ["Sales", ">", 100]] });
      const rows = await compareGrid(page, client, 20);
      assert(rows.every((row) => row.cells[2] === "Texas"), "only Texas is left");
    },
    "groups": async () => {
      await restore(page, { ...flat, group_by: ["Category", "Sub-Category"], columns: ["Sales", "Quantity"] });
      await compareGrid(page, client, 21);
    },
    "splits": async () => {
      await restore(page, { split_by: ["Region"] });
      const rows = await compareGrid(page, client, 21);
      assert(rows[0].cells.length === 8, "four regions with two columns each");
    },
    "aggregates": async () => {
      await restore(page, { split_by: [], columns: ["Sales", "City", "Discount", "Profit"] });
      await restore(page, { aggregates: { Sales: "avg", City: "distinct count", Discount: "max", Profit: "min" } });
      await compareGrid(page, client, 21);
    },
    "collapses and expands a group by a click": async () => {
      const before = await gridRows(page);
      const header = page.locator("perspective-viewer-datagrid regular-table tbody th", { hasText: /^Furniture$/ });
      await header.click();
      await page.waitForTimeout(300);
      await settle(page);
      const collapsed = await gridRows(page);
      assert(collapsed.length === before.length - 4, `${collapsed.length} rows are left of ${before.length}`);
      await header.click();
      await page.waitForTimeout(300);
      await settle(page);
      assert((await gridRows(page)).length === before.length, "all rows are back");
    },
    ...Object.fromEntries(
      CHARTS.map(([plugin, columns]) => [
        `draws a chart: ${plugin}`,
        async () => {
          await press(page, "superstore");
          await restore(page, { ...flat, plugin, group_by: ["Sub-Category"], columns });
          await page.waitForTimeout(300);
          const { marks, pixels } = await drawn(page, plugin);
          assert(marks >= 4 || pixels > 500, `${marks} marks and ${pixels} pixels are drawn`);
        },
      ]),
    ),
    "draws the views on offer": async () => {
      for (const label of ["Orders", "Sub-categories", "Where profit is made", "Discounts"]) await press(page, label);
    },
    "follows the live feed": async () => {
      await press(page, "trades");
      await press(page, "Latest trades");
      await followFirstRow(page, 5, 15000);
    },
    "follows the live feed in groups": async () => {
      await press(page, "By symbol");
      await followFirstRow(page, 5, 15000);
      await page.waitForTimeout(1200);
      const rows = await statusRows(page);
      const size = await (await client.open_table("trades")).size();
      assert(rows >= 20000 && Math.abs(size - rows) < 5000, `the page says ${rows} rows, the table has ${size}`);
    },
    "shows the trades of a table that is growing": async () => {
      await press(page, "Latest trades");
      const last = await lastId(client); // rows this young stay for more than a minute
      await restore(page, {
        columns: ["id", "symbol", "side", "venue", "price", "size", "notional"],
        filter: [["id", ">", last - 5000], ["id", "<", last], ["side", "==", "buy"]],
        sort: [["id", "asc"]],
      });
      await compareGrid(page, client, 20);
    },
    "follows the live feed in charts": async () => {
      for (const label of ["Turnover", "Symbols and venues"]) {
        await press(page, label);
        await page.waitForTimeout(2000);
      }
    },
  };
}

async function soak(page, minutes) {
  const end = Date.now() + minutes * 60000;
  const labels = ["By symbol", "Latest trades", "Buys and sells", "Turnover", "Symbols and venues"];
  await press(page, "trades");
  for (let round = 0; Date.now() < end; round++) {
    const label = labels[round % labels.length];
    await press(page, label);
    if (round % labels.length < 3) await followFirstRow(page, 10, 30000);
    await page.waitForTimeout(8000);
    const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    console.log(`${label}: ${await page.textContent("#status")}, page ${(heap / 1048576).toFixed(0)} MiB, ${left} s left`);
  }
}

const { browser, page, problems } = await openPage(options.url);
const client = await perspective.websocket(`${options.url.replace(/^http/, "ws")}/websocket`);
const all = options.soak
  ? { [`stays up for ${options.soak} minutes`]: () => soak(page, Number(options.soak)) }
  : tests(page, client);
let passed = 0;
let failed = 0;
for (const [name, test] of Object.entries(all)) {
  let wrong = null;
  try {
    await test();
    if (problems.length) wrong = problems.splice(0).join("\n      ");
  } catch (error) {
    wrong = [error.message, ...problems.splice(0)].join("\n      ");
  }
  if (wrong === null) passed++;
  else failed++;
  console.log(wrong === null ? `ok    ${name}` : `FAIL  ${name}: ${wrong}`);
}
if (options.screenshot) {
  await press(page, "superstore");
  await page.waitForTimeout(700);
  await page.screenshot({ path: options.screenshot });
}
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
if (options.report) fs.writeFileSync(options.report, `${passed} passed, ${failed} failed\n`);
process.exit(failed ? 1 : 0);
