// The views that the page offers for the tables it knows; any other table opens with all its rows.

const SUPERSTORE = [
  {
    title: "Sales by region",
    plugin: "Datagrid",
    group_by: ["Region", "State"],
    split_by: ["Category"],
    columns: ["Sales", "Profit"],
    sort: [["Sales", "desc"]],
  },
  {
    title: "Orders",
    plugin: "Datagrid",
    columns: [
      "Order Date",
      "Customer Name",
      "City",
      "State",
      "Sub-Category",
      "Product Name",
      "Quantity",
      "Sales",
      "Profit",
    ],
    sort: [["Order Date", "desc"]],
  },
  {
    title: "Sub-categories",
    plugin: "X Bar",
    group_by: ["Sub-Category"],
    split_by: ["Segment"],
    columns: ["Sales"],
    sort: [["Sales", "asc"]],
  },
  {
    title: "Where profit is made",
    plugin: "Heatmap",
    group_by: ["Sub-Category"],
    split_by: ["Region"],
    columns: ["Profit"],
  },
  {
    title: "Discounts",
    plugin: "X/Y Scatter",
    group_by: ["State"],
    columns: ["Discount", "Profit", null, "Sales"],
    aggregates: { Discount: "avg" },
  },
];

const TRADES = [
  {
    title: "By symbol",
    plugin: "Datagrid",
    group_by: ["sector", "symbol"],
    columns: ["price", "size", "notional", "venue"],
    aggregates: { price: "avg", size: "sum", notional: "sum", venue: "distinct count" },
    sort: [["notional", "desc"]],
  },
  {
    title: "Latest trades",
    plugin: "Datagrid",
    columns: ["time", "symbol", "side", "venue", "price", "size", "notional"],
    sort: [["id", "desc"]],
  },
  {
    title: "Buys and sells",
    plugin: "Datagrid",
    group_by: ["venue"],
    split_by: ["side"],
    columns: ["size", "notional"],
  },
  {
    title: "Turnover",
    plugin: "Y Bar",
    group_by: ["symbol"],
    split_by: ["side"],
    columns: ["notional"],
    sort: [["notional", "desc"]],
  },
  {
    title: "Symbols and venues",
    plugin: "Heatmap",
    group_by: ["symbol"],
    split_by: ["venue"],
    columns: ["notional"],
  },
];

const ALL_ROWS = [{ title: "All rows", plugin: "Datagrid" }];

const VIEWS = { superstore: SUPERSTORE, trades: TRADES };

/** The views offered for a table, the first one being shown when the table is chosen. */
export function viewsOf(table) {
  return VIEWS[table] ?? ALL_ROWS;
}

/** A whole viewer configuration: what a view does not mention is empty, not left over. */
export function configuration(table, { title, ...view }) {
  return {
    table,
    title,
    group_by: [],
    split_by: [],
    filter: [],
    sort: [],
    expressions: {},
    aggregates: {},
    ...view,
  };
}
