// The batches of the update operations.
import fs from "node:fs";

export const SCHEMA = { id: "integer", symbol: "string", side: "string", venue: "string", price: "float", size: "integer" };

/** Rows of one batch as JSON columns; with `keys`, ids wander over that many. */
function batch(from, count, keys) {
  const rows = { id: [], symbol: [], side: [], venue: [], price: [], size: [] };
  for (let k = from; k < from + count; k++) {
    rows.id.push(keys ? (k * 7919) % keys : k);
    rows.symbol.push("S" + String((k * 31) % 1000).padStart(4, "0"));
    rows.side.push(k & 1 ? "buy" : "sell");
    rows.venue.push("V" + (k % 12));
    rows.price.push(((k * 13) % 100_000) / 100);
    rows.size.push(1 + (k % 5000));
  }
  return JSON.stringify(rows);
}

/**
 * Writes a line of JSON columns a batch: first the `base` rows that the table starts with, then `count` batches of
 * `size` rows.
 */
export function writeBatches(file, { base, count, size, keys }) {
  const lines = [batch(0, base, keys)];
  for (let i = 0; i < count; i++) lines.push(batch(base + i * size, size, keys));
  fs.writeFileSync(file, lines.join("\n"));
}
