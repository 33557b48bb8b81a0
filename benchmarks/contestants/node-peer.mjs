// The stock engine for Node, WebAssembly in this process. Speaks the protocol of README.md.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import perspective from "@perspective-dev/client";

const SCREEN = { start_row: 0, end_row: 100, start_col: 0, end_col: 30 };
const { version } = createRequire(import.meta.url)("@perspective-dev/client/package.json");

let main; // the table that views are made of
let flat; // a view of all of it
const held = [];

/** A copy, because a table takes the bytes it is made of. */
function readBytes(file) {
  const bytes = fs.readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
}

async function screenOf(table) {
  const view = await table.view();
  const screen = JSON.parse(await view.to_columns_string(SCREEN));
  await view.delete();
  return { size: await table.size(), screen };
}

// A kind of operation: prepare() gives the input of body(), which is timed; answer() reads its result; done() frees it.
const KINDS = {
  load({ file, format }) {
    const data = format === "arrow" ? readBytes(file) : fs.readFileSync(file, "utf8");
    const options = format === "arrow" ? {} : { format };
    return {
      prepare: () => (format === "arrow" ? data.slice(0) : data),
      body: (input) => perspective.table(input, options),
      answer: screenOf,
      done: (table) => table.delete(),
    };
  },
  view({ config }) {
    return {
      async body() {
        const view = await main.view(config);
        return { view, text: await view.to_columns_string(SCREEN) };
      },
      answer: ({ text }) => JSON.parse(text),
      done: ({ view }) => view.delete(),
    };
  },
  async emit({ format, window }) {
    flat ??= await main.view();
    const read = { arrow: "to_arrow", columns: "to_columns_string", csv: "to_csv" }[format];
    return {
      body: () => flat[read](window),
      async answer(result) {
        if (format !== "arrow") return format === "columns" ? JSON.parse(result) : result;
        const table = await perspective.table(result);
        const rows = await screenOf(table);
        await table.delete();
        return rows;
      },
    };
  },
  size: () => ({ body: () => main.size(), answer: (size) => size }),
  update({ start: { arrow, schema, index }, file, views: configs }) {
    const [base, ...batches] = fs.readFileSync(file, "utf8").split("\n");
    return {
      async prepare() {
        const table = await perspective.table(arrow ? readBytes(arrow) : schema, index ? { index } : {});
        if (!arrow) await table.update(base, { format: "columns" });
        const made = { table, views: [], heard: 0 };
        for (const config of configs) {
          const view = await table.view(config);
          await view.on_update(() => made.heard++);
          await view.to_columns_string(SCREEN);
          made.views.push(view);
        }
        return made;
      },
      async body(made) {
        for (const batch of batches) await made.table.update(batch, { format: "columns" });
        while (made.heard < made.views.length) await new Promise((resolve) => setTimeout(resolve, 1));
        made.screens = [];
        for (const view of made.views) made.screens.push(await view.to_columns_string(SCREEN));
        return made;
      },
      answer: ({ screens }) => screens.map((text) => JSON.parse(text)),
      async done({ table, views }) {
        for (const view of views) await view.delete();
        await table.delete();
      },
    };
  },
};

const COMMANDS = {
  async open({ data }) {
    await flat?.delete();
    await main?.delete();
    flat = undefined;
    main = await perspective.table(readBytes(path.join(data, "trades.arrow")));
    return { rows: await main.size(), version: `@perspective-dev/client ${version}` };
  },
  async answer({ op }) {
    const kind = await KINDS[op.kind](op);
    const result = await kind.body(await kind.prepare?.());
    try {
      return { answer: await kind.answer(result) };
    } finally {
      await kind.done?.(result);
    }
  },
  async run({ op }) {
    const kind = await KINDS[op.kind](op);
    let ms = 0;
    let calls = 0;
    while (calls === 0 || ms < (op.atLeastMs ?? 0)) {
      const input = await kind.prepare?.();
      const start = performance.now();
      const result = await kind.body(input);
      ms += performance.now() - start;
      calls++;
      await kind.done?.(result);
    }
    return { ms: ms / calls, calls };
  },
  async hold({ op }) {
    const view = await main.view(op.config);
    held.push(view, await view.to_columns_string(SCREEN));
    return {};
  },
  settle() {
    globalThis.gc?.();
    return {};
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const reply = await (async () => COMMANDS[request.do](request))().catch((error) => ({ error: String(error?.message ?? error) }));
  process.stdout.write(JSON.stringify(reply) + "\n");
}
process.exit(0);
