// What is measured: the operations, in the order in which they run. An operation is plain data that every contestant
// understands; see README.md for the kinds. `sql` is what DuckDB runs for a view: it gives the view's first screen,
// the same columns and rows. An operation without it is not put to DuckDB. A `quirk` says which engines are known to
// answer something else, and why.
import path from "node:path";
import { SCHEMA } from "./updates.mjs";

const SCREEN_ROWS = 100;
const PRICE_AND_SIZE = { columns: ["price", "size"], aggregates: { price: "avg", size: "sum" } };

// Groups of one column and their total, from sums grouped once.
const groups = (column) => `
  WITH g AS MATERIALIZED (
    SELECT ${column} k, sum(price) p, count(price) n, sum(size) s FROM trades GROUP BY ALL)
  SELECT * FROM (
    SELECT [] "__ROW_PATH__", sum(p) / sum(n) price, sum(s) size FROM g
    UNION ALL
    (SELECT [k], p / n, s FROM g ORDER BY k LIMIT ${SCREEN_ROWS - 1}))
  ORDER BY "__ROW_PATH__"`;

const twoLevels = `
  WITH g AS MATERIALIZED (
    SELECT venue, symbol, sum(price) p, count(price) n, sum(size) s FROM trades GROUP BY ALL)
  SELECT CASE GROUPING(venue, symbol) WHEN 3 THEN [] WHEN 1 THEN [venue] ELSE [venue, symbol] END "__ROW_PATH__",
    sum(p) / sum(n) price, sum(s) size
  FROM g GROUP BY ROLLUP (venue, symbol) ORDER BY 1 LIMIT ${SCREEN_ROWS}`;

// The screen shows 30 columns: the prices and sizes of 15 pairs of side and venue.
const VENUES = ["ARCX", "BATS", "XAMS", "XETR", "XHKG", "XLON", "XMIL", "XNAS", "XNYS", "XPAR", "XSWX", "XTKS"];
const pairs = ["buy", "sell"].flatMap((side) => VENUES.map((venue) => [side, venue])).slice(0, 15);
const pivot = `
  WITH g AS MATERIALIZED (
    SELECT symbol, side, venue, sum(price) p, count(price) n, sum(size) s FROM trades GROUP BY ALL)
  SELECT CASE GROUPING(symbol) WHEN 1 THEN [] ELSE [symbol] END "__ROW_PATH__",
    ${pairs
      .map(([side, venue]) => {
        const only = `FILTER (WHERE side = '${side}' AND venue = '${venue}')`;
        return `sum(p) ${only} / sum(n) ${only} "${side}|${venue}|price", sum(s) ${only} "${side}|${venue}|size"`;
      })
      .join(",\n    ")}
  FROM g GROUP BY ROLLUP (symbol) ORDER BY 1 LIMIT ${SCREEN_ROWS}`;

// A group by a value computed from each row.
const computedGroups = (value) => `
  WITH g AS MATERIALIZED (SELECT ${value} k, sum(size) s FROM trades GROUP BY ALL)
  SELECT * FROM (
    SELECT [] "__ROW_PATH__", sum(s) size FROM g
    UNION ALL
    (SELECT [k], s FROM g ORDER BY k LIMIT ${SCREEN_ROWS - 1}))
  ORDER BY "__ROW_PATH__"`;

const rollup = (aggregate, name) => `
  SELECT CASE GROUPING(symbol) WHEN 1 THEN [] ELSE [symbol] END "__ROW_PATH__", ${aggregate} ${name}
  FROM trades GROUP BY ROLLUP (symbol) ORDER BY 1 LIMIT ${SCREEN_ROWS}`;

const VIEWS = {
  flat: { config: {}, sql: `FROM trades LIMIT ${SCREEN_ROWS}` },
  group1: { config: { group_by: ["symbol"], ...PRICE_AND_SIZE }, sql: groups("symbol") },
  group2: { config: { group_by: ["venue", "symbol"], ...PRICE_AND_SIZE }, sql: twoLevels },
  group_high_cardinality: { config: { group_by: ["trader"], ...PRICE_AND_SIZE }, sql: groups("trader") },
  pivot: { config: { group_by: ["symbol"], split_by: ["side", "venue"], ...PRICE_AND_SIZE }, sql: pivot },
  group_sorted: {
    config: { group_by: ["trader"], columns: ["size"], aggregates: { size: "sum" }, sort: [["size", "desc"]] },
    sql: `
      WITH g AS MATERIALIZED (SELECT trader, sum(size) s FROM trades GROUP BY ALL)
      SELECT [] "__ROW_PATH__", sum(s) size FROM g
      UNION ALL
      (SELECT [trader], s FROM g ORDER BY s DESC, trader LIMIT ${SCREEN_ROWS - 1})`,
  },
  filter_sort: {
    config: {
      filter: [
        ["price", ">", 5000],
        ["venue", "in", ["XNYS", "XLON", "XPAR"]],
      ],
      sort: [["price", "desc"]],
    },
    sql: `
      FROM trades WHERE price > 5000 AND venue IN ('XNYS', 'XLON', 'XPAR')
      ORDER BY price DESC NULLS LAST, id LIMIT ${SCREEN_ROWS}`,
  },
  sort: {
    config: { sort: [["price", "desc"]] },
    sql: `FROM trades ORDER BY price DESC NULLS LAST, id LIMIT ${SCREEN_ROWS}`,
  },
  median: {
    config: { group_by: ["symbol"], columns: ["price"], aggregates: { price: "median" } },
    sql: rollup("median(price)", "price"),
    quirk: { engines: ["native-peer", "node-peer"], text: "null counts as the lowest price" },
  },
  distinct: {
    config: { group_by: ["symbol"], columns: ["trader"], aggregates: { trader: "distinct count" } },
    sql: rollup("count(DISTINCT trader)", "trader"),
  },
  expression_numeric: {
    config: {
      expressions: { n: '"price" * "size" + sqrt("size")' },
      columns: ["n"],
      group_by: ["symbol"],
      aggregates: { n: "sum" },
    },
    sql: `
      WITH g AS MATERIALIZED (SELECT symbol k, coalesce(sum(price * size + sqrt(size)), 0) n FROM trades GROUP BY ALL)
      SELECT * FROM (
        SELECT [] "__ROW_PATH__", sum(n) n FROM g
        UNION ALL
        (SELECT [k], n FROM g ORDER BY k LIMIT ${SCREEN_ROWS - 1}))
      ORDER BY "__ROW_PATH__"`,
  },
  expression_string: {
    config: {
      expressions: { s: 'upper("venue")' },
      columns: ["size"],
      group_by: ["s"],
      aggregates: { size: "sum" },
    },
    sql: computedGroups("upper(venue)"),
  },
  expression_bucket: {
    config: {
      expressions: { b: "bucket(\"time\", 'm')" },
      columns: ["size"],
      group_by: ["b"],
      aggregates: { size: "sum" },
    },
    sql: computedGroups("date_trunc('minute', time)"),
  },
  window: {
    config: {
      windows: {
        w: { column: "price", aggregate: "avg", partition_by: ["symbol"], order_by: ["time", "asc"], rows: 20 },
      },
      columns: ["symbol", "w"],
    },
    sql: `
      SELECT symbol, w FROM (
        SELECT id, symbol,
          avg(price) OVER (PARTITION BY symbol ORDER BY time ROWS BETWEEN 20 PRECEDING AND CURRENT ROW) w
        FROM trades)
      ORDER BY id LIMIT ${SCREEN_ROWS}`,
  },
};

/** The pivots that watch a table while it is updated: alike but for the filter, so none can stand for another. */
const watchers = (count) =>
  Array.from({ length: count }, (_, i) => ({
    group_by: ["symbol"],
    ...PRICE_AND_SIZE,
    filter: [["size", ">", i]],
  }));

/**
 * @param {{rows: number, data: string}} trades how many trades, and the folder that holds them
 * @param {{rows: number, data: string}} small a smaller set of them
 */
export function operations({ rows, data }, small) {
  const load = (name, file, format = name) => ({
    op: `load/${name}`,
    kind: "load",
    format,
    file: path.join(data, file),
    rows,
  });
  const emit = (name, what) => ({ op: `emit/${name}`, kind: "emit", rows, atLeastMs: 50, ...what });
  const part = Math.min(rows, 100_000);
  const screen = { start_row: 0, end_row: SCREEN_ROWS, start_col: 0, end_col: 30 };
  const update = (name, views, { start, batches }) => ({
    op: `update/${name}`,
    kind: "update",
    start,
    batches,
    views: watchers(views),
    rows: batches.count * batches.size,
  });
  const append = (count) => ({
    start: { schema: SCHEMA },
    batches: { base: 200_000, count, size: 1000, keys: 0 },
  });
  const upsert = (count, size = 1000) => ({
    start: { schema: SCHEMA, index: "id" },
    batches: { base: 100_000, count, size, keys: 100_000 },
  });
  // One row at a time into a table of all trades.
  const single = (trades) => ({
    start: { arrow: path.join(trades.data, "trades.arrow"), index: "id" },
    batches: { base: 0, count: 100, size: 1, keys: trades.rows },
  });

  return [
    load("arrow", "trades.arrow"),
    load("csv", "trades.csv"),
    load("json", "trades.columns.json", "columns"),
    ...Object.entries(VIEWS).map(([name, view]) => ({ op: `view/${name}`, kind: "view", ...view, rows, atLeastMs: 50 })),
    emit("arrow", { format: "arrow" }),
    emit("columns_100k", { format: "columns", window: { start_row: 0, end_row: part }, rows: part }),
    emit("csv_100k", { format: "csv", window: { start_row: 0, end_row: part }, rows: part }),
    emit("screen", { format: "columns", window: screen, rows: SCREEN_ROWS }),
    { op: "call/size", kind: "size", rows: 1, atLeastMs: 200 },
    update("append_1_view", 1, append(100)),
    update("append_10_views", 10, append(50)),
    update("upsert_1_view", 1, upsert(100)),
    update("upsert_10_views", 10, upsert(50)),
    update("single_row", 1, upsert(500, 1)),
    update("single_row_10_views_100k", 10, single(small)),
    update("single_row_10_views_all", 10, single({ rows, data })),
  ];
}
