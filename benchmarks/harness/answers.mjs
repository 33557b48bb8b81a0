// Whether two contestants gave the same answer: the same rows in the same order, numbers alike to nine digits.
const TOLERANCE = 1e-9;

function sameNumber(a, b) {
  return a === b || Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}

/** Cells of CSV: numbers may be written differently. */
function sameText(a, b) {
  if (a === b) return true;
  const rowsA = a.split("\n");
  const rowsB = b.split("\n");
  return rowsA.length === rowsB.length && rowsA.every((row, i) => row === rowsB[i] || sameCells(row, rowsB[i]));
}

function sameCells(a, b) {
  const cellsA = a.split(",");
  const cellsB = b.split(",");
  const same = (cell, i) => cell === cellsB[i] || (cell !== "" && sameNumber(Number(cell), Number(cellsB[i])));
  return cellsA.length === cellsB.length && cellsA.every(same);
}

/** Where two answers part, as text; undefined if they are the same. */
export function difference(a, b, at = "") {
  if (a === null || b === null || typeof a !== typeof b || typeof a !== "object") {
    const same =
      typeof a === "number" && typeof b === "number"
        ? sameNumber(a, b)
        : typeof a === "string" && typeof b === "string"
          ? sameText(a, b)
          : a === b;
    return same ? undefined : `${at}: ${brief(a)} and ${brief(b)}`;
  }
  const keys = Object.keys(a).sort();
  const others = Object.keys(b).sort();
  if (keys.length !== others.length || keys.some((key, i) => key !== others[i])) {
    return `${at}: ${brief(Array.isArray(a) ? a : keys)} and ${brief(Array.isArray(b) ? b : others)}`;
  }
  for (const key of keys) {
    const found = difference(a[key], b[key], `${at}/${key}`);
    if (found) return found;
  }
  return undefined;
}

function brief(value) {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
