// What the tests know about the page: how to open it, and how to read its datagrid.
import fs from "node:fs";
import { chromium } from "playwright-core";

const BROWSERS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

function browserPath() {
  const path = BROWSERS.find((candidate) => candidate && fs.existsSync(candidate));
  if (!path) throw new Error("no Chromium found; install Debian's chromium or set CHROMIUM");
  return path;
}

/** Opens the page; `problems` fills with all that must not happen. */
export async function openPage(url) {
  // Chromium's sandbox refuses to run as root, as in a container.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: browserPath(), args });
  const page = await browser.newPage({ viewport: { width: 1440, height: 810 } });
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => problems.push(`page: ${error.stack}`));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    const own = /^(data|blob):/.test(request.url()) || new URL(request.url()).host === new URL(url).host;
    if (!own) problems.push(`leaves the server: ${request.url()}`);
  });
  await page.goto(url);
  await page.waitForSelector("body[data-ready]", { timeout: 30000 });
  return { browser, page, problems };
}

/** Presses the button of a table or a view. */
export async function press(page, label) {
  await page.click(`header button:text-is("${label}")`);
  await page.waitForSelector(`header button[aria-pressed="true"]:text-is("${label}")`);
  await settle(page);
}

/** Changes the viewer's configuration, as its own controls do. */
export async function restore(page, config) {
  await page.evaluate((update) => document.querySelector("perspective-viewer").restore(update), config);
  await settle(page);
}

export async function settle(page) {
  await page.evaluate(async () => {
    await document.querySelector("perspective-viewer").flush();
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

export function save(page) {
  return page.evaluate(() => document.querySelector("perspective-viewer").save());
}

/** The rows that the datagrid shows: the label of each (of a grouped view) and the texts of its cells. */
export function gridRows(page) {
  return page.locator("perspective-viewer-datagrid regular-table tbody tr").evaluateAll((rows) =>
    rows.map((row) => ({
      label: [...row.querySelectorAll("th")].at(-1)?.textContent ?? null,
      cells: [...row.querySelectorAll("td")].map((cell) => cell.textContent),
    })),
  );
}
