// The official conformance suite against the fixture tenant, both scored revisions.
// node conformance.mjs URL TOKEN      URL is the fixture's /t/conformance/mcp
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { check, finish, here, modules, must, node22 } from "./common.mjs";

const [url, token] = process.argv.slice(2);
for (const revision of ["2025-11-25", "2026-07-28"]) {
    await check(`conformance ${revision}`, () => {
        const done = spawnSync(node22, [
            join(modules, "@modelcontextprotocol/conformance/dist/index.js"),
            "server", "--url", url, "--requirements", revision,
            "--expected-failures", join(here, `expected-failures-${revision}.yml`),
        ], {
            encoding: "utf8",
            timeout: 240_000,
            maxBuffer: 64 * 1024 * 1024,
            cwd: mkdtempSync(join(tmpdir(), "conformance-")),
            env: {
                ...process.env,
                NODE_OPTIONS: `--import ${pathToFileURL(join(here, "bearer.mjs")).href}`,
                JUDGED_URL: url,
                JUDGED_TOKEN: token,
            },
        });
        const said = done.stdout.slice(Math.max(0, done.stdout.indexOf("=== SUMMARY")));
        must(done.status === 0, `exit ${done.status}\n${said}\n${done.stderr.slice(-4000)}`);
        return said.match(/Total: .*/)?.[0];
    });
}
finish();
