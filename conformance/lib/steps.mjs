// The steps of a case, done with the stock client. README.md describes them.
import { tableFromIPC } from "apache-arrow";

const QUIET_MS = 60;
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));

// "data" of a case -> what the client takes, with the format option it needs.
function input(data) {
    if (data === undefined || data === null) return [undefined, undefined];
    if ("schema" in data) return [data.schema, undefined];
    if ("columns" in data) return [JSON.stringify(data.columns), "columns"];
    if ("rows" in data) return [JSON.stringify(data.rows), "json"];
    if ("columns_text" in data) return [data.columns_text, "columns"];
    if ("rows_text" in data) return [data.rows_text, "json"];
    if ("csv" in data) return [data.csv, "csv"];
    if ("ndjson" in data) return [data.ndjson, "ndjson"];
    if ("arrow_b64" in data) {
        const b = Buffer.from(data.arrow_b64, "base64");
        return [b.buffer.slice(b.byteOffset, b.byteOffset + b.length), "arrow"];
    }
    throw new Error("unknown data kind " + Object.keys(data));
}

function plain(v) {
    if (v === null || v === undefined) return null;
    if (typeof v === "bigint") return Number(v);
    if (typeof v === "number") return Number.isFinite(v) ? v : String(v);
    if (v instanceof Date) return v.getTime();
    if (ArrayBuffer.isView(v) && !(v instanceof DataView)) return Array.from(v, plain);
    if (typeof v === "object" && typeof v.toArray === "function") return Array.from(v.toArray(), plain);
    if (typeof v === "object" && typeof v.toJSON === "function") return plain(v.toJSON());
    if (Array.isArray(v)) return v.map(plain);
    if (typeof v === "object") return Object.fromEntries(Object.entries(v).map(([k, x]) => [k, plain(x)]));
    return v;
}

function decodeArrow(buffer) {
    const t = tableFromIPC(new Uint8Array(buffer));
    const fields = t.schema.fields.map((f) => ({ name: f.name, type: String(f.type) }));
    const columns = {};
    t.schema.fields.forEach((f, i) => {
        const col = t.getChildAt(i), out = [];
        for (let r = 0; r < t.numRows; r++) out.push(plain(col.get(r)));
        columns[f.name] = out;
    });
    return { num_rows: t.numRows, fields, columns };
}

/** The state of one case: its tables, views and what was heard of them. */
export class Run {
    constructor(client) {
        this.client = client;
        this.tables = {}; this.views = {}; this.events = {};
        this.created = [];
    }
    table(step) {
        const t = this.tables[step.table ?? "t"];
        if (!t) throw new Error("no table " + (step.table ?? "t"));
        return t;
    }
    view(step) {
        const v = this.views[step.view ?? "v"];
        if (!v) throw new Error("no view " + (step.view ?? "v"));
        return v;
    }
    async quiet() {
        let seen = -1;
        for (;;) {
            const now = Object.values(this.events).reduce((n, e) => n + e.list.length, 0);
            if (now === seen) return;
            seen = now;
            await sleep(QUIET_MS);
        }
    }
    async step(s) {
        switch (s.op) {
            case "table": {
                const name = s.as ?? "t";
                let [data, format] = input(s.data);
                if (s.from_view) data = this.views[s.from_view];
                const options = { ...(s.options ?? {}) };
                if (format) options.format = format;
                if (s.hosted_name) options.name = s.hosted_name;
                const t = await this.client.table(data, options);
                this.tables[name] = t; this.created.push(t);
                return null;
            }
            case "join": {
                const t = await this.client.join(this.tables[s.left], this.tables[s.right], s.on, s.options ?? {});
                this.tables[s.as ?? "j"] = t; this.created.push(t);
                return null;
            }
            case "view": this.views[s.as ?? "v"] = await this.table(s).view(s.config ?? {}); return null;
            case "view_delete": {
                // delete() consumes the handle: a later use of it would bring the process down.
                const v = this.view(s);
                delete this.views[s.view ?? "v"];
                await v.delete();
                return null;
            }
            case "update": {
                const [data, format] = input(s.data);
                const options = {};
                if (format) options.format = format;
                if (s.port_id !== undefined) options.port_id = s.port_id;
                await this.table(s).update(data, options); return null;
            }
            case "replace": {
                const [data, format] = input(s.data);
                await this.table(s).replace(data, format ? { format } : undefined); return null;
            }
            case "remove": await this.table(s).remove(s.keys); return null;
            case "clear": await this.table(s).clear(); return null;
            case "table_delete": {
                // The client's delete() consumes its handle, whether or not the server agrees:
                // go on with a second handle, taken while the table still is hosted.
                const key = s.table ?? "t", t = this.table(s);
                let spare = null;
                try { spare = await this.client.open_table(await t.get_name()); } catch {}
                this.created = this.created.filter((x) => x !== t);
                if (spare) { this.tables[key] = spare; this.created.push(spare); } else delete this.tables[key];
                await t.delete(s.options);
                return null;
            }
            case "make_port": return await this.table(s).make_port();
            case "table_schema": return await this.table(s).schema();
            case "table_columns": return await this.table(s).columns();
            case "table_size": return await this.table(s).size();
            case "table_index": return (await this.table(s).get_index()) ?? null;
            case "table_limit": return (await this.table(s).get_limit()) ?? null;
            case "validate_expressions": return plain(await this.table(s).validate_expressions(s.expressions));
            case "view_schema": return await this.view(s).schema();
            case "expression_schema": return await this.view(s).expression_schema();
            case "dimensions": return await this.view(s).dimensions();
            case "num_rows": return await this.view(s).num_rows();
            case "num_columns": return await this.view(s).num_columns();
            case "column_paths": return await this.view(s).column_paths(s.window);
            case "get_config": return plain(await this.view(s).get_config());
            case "get_min_max": return plain(await this.view(s).get_min_max(s.column));
            case "expand": return await this.view(s).expand(s.row);
            case "collapse": return await this.view(s).collapse(s.row);
            case "set_depth": await this.view(s).set_depth(s.depth); return null;
            case "to_columns": return JSON.parse(await this.view(s).to_columns_string(s.window));
            case "to_columns_text": return await this.view(s).to_columns_string(s.window);
            case "to_json": return JSON.parse(await this.view(s).to_json_string(s.window));
            case "to_json_text": return await this.view(s).to_json_string(s.window);
            case "to_ndjson": return await this.view(s).to_ndjson(s.window);
            case "to_csv": return await this.view(s).to_csv(s.window);
            case "to_arrow": return decodeArrow(await this.view(s).to_arrow(s.window));
            case "on_update": {
                const e = { list: [] };
                e.id = await this.view(s).on_update((x) => {
                    const r = { port_id: x.port_id ?? null };
                    if (x.delta) r.delta = decodeArrow(x.delta);
                    e.list.push(r);
                }, s.mode ? { mode: s.mode } : undefined);
                this.events[s.as ?? "u"] = e;
                return null;
            }
            case "on_remove": {
                const e = { list: [] };
                e.id = await this.view(s).on_remove((x) =>
                    e.list.push({ port_id: x.port_id ?? null, indices: decodeArrow(x.indices) }));
                this.events[s.as ?? "r"] = e;
                return null;
            }
            case "on_view_delete": {
                const e = { list: [] };
                e.id = await this.view(s).on_delete(() => e.list.push("deleted"));
                this.events[s.as ?? "d"] = e;
                return null;
            }
            case "on_table_delete": {
                const e = { list: [] };
                e.id = await this.table(s).on_delete(() => e.list.push("deleted"));
                this.events[s.as ?? "d"] = e;
                return null;
            }
            case "remove_update": await this.view(s).remove_update(this.events[s.of ?? "u"].id); return null;
            case "remove_remove": await this.view(s).remove_remove(this.events[s.of ?? "r"].id); return null;
            case "events": {
                await this.quiet();
                const e = this.events[s.of ?? "u"];
                const out = e.list; e.list = [];
                return out;
            }
            case "hosted_names": {
                const mine = new Set(s.among ?? []);
                return (await this.client.get_hosted_table_names()).filter((n) => mine.has(n)).sort();
            }
            default: throw new Error("unknown op " + s.op);
        }
    }
    async close() {
        for (const v of Object.values(this.views)) { try { await v.delete(); } catch {} }
        for (const t of this.created.reverse()) { try { await t.delete({ lazy: true }); } catch {} }
    }
}
