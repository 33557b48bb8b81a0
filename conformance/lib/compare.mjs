// Compares an answer with the expected one.

// Same JSON, objects in the same key order, numbers within 1e-9 relative. Under a key named in
// `loose` any value of the same type will do (the words of an error message), if it is not empty.
export function differ(a, b, at = "$", loose = []) {
    if (typeof a === "number" && typeof b === "number") {
        // Whole numbers (counts, keys, milliseconds) must agree to the last digit.
        const near = !(Number.isInteger(a) && Number.isInteger(b)) && Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));
        return a === b || near ? null : `${at}: expected ${a}, got ${b}`;
    }
    if (a === null || b === null || typeof a !== "object" || typeof b !== "object") {
        return a === b ? null : `${at}: expected ${JSON.stringify(a)?.slice(0, 300)}, got ${JSON.stringify(b)?.slice(0, 300)}`;
    }
    if (Array.isArray(a) !== Array.isArray(b)) return `${at}: array against object`;
    if (Array.isArray(a)) {
        if (a.length !== b.length) return `${at}: expected ${a.length} entries, got ${b.length}: ${JSON.stringify(b).slice(0, 300)}`;
        for (let i = 0; i < a.length; i++) { const d = differ(a[i], b[i], `${at}[${i}]`, loose); if (d) return d; }
        return null;
    }
    const ka = Object.keys(a), kb = Object.keys(b);
    if (ka.length !== kb.length || ka.some((k, i) => k !== kb[i])) return `${at}: expected keys ${JSON.stringify(ka).slice(0, 300)}, got ${JSON.stringify(kb).slice(0, 300)}`;
    for (const k of ka) {
        if (loose.includes(k)) {
            if (typeof a[k] !== typeof b[k] || b[k] === "" || b[k] === null) return `${at}.${k}: expected some ${typeof a[k]}, got ${JSON.stringify(b[k])}`;
            continue;
        }
        const d = differ(a[k], b[k], `${at}.${k}`, loose);
        if (d) return d;
    }
    return null;
}

// Maps whose key order carries no meaning.
export const UNORDERED = new Set(["table_schema", "view_schema", "expression_schema", "validate_expressions", "get_config", "dimensions"]);
export function sortKeys(v) {
    if (Array.isArray(v)) return v.map(sortKeys);
    if (v && typeof v === "object") return Object.fromEntries(Object.keys(v).sort().map((k) => [k, sortKeys(v[k])]));
    return v;
}
