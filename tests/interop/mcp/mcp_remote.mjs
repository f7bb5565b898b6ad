// mcp-remote walks the whole OAuth flow: registration, consent and sandbox login clicked through
// by a headless Chromium, token, tools.
// node mcp_remote.mjs BASE [CHROMIUM]     BASE is a tenant's address; the demo tenant of `dev`
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { check, finish, load, modules, must, node22 } from "./common.mjs";

const [base, chromium = "/usr/bin/chromium"] = process.argv.slice(2);
const { chromium: browsers } = await load("playwright-core").then((module) => module.default ?? module);

const freePort = () => new Promise((done) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
        const { port } = server.address();
        server.close(() => done(port));
    });
});

async function approve(url) {
    const browser = await browsers.launch({ executablePath: chromium, args: ["--no-sandbox"] });
    try {
        const page = await browser.newPage();
        await page.goto(url);
        await page.locator("#approve").click({ timeout: 15_000 });
        // The sandbox's own page: choose a person, then agree.
        await page.waitForSelector("#authorize, #approve", { timeout: 15_000 });
        const person = page.locator("input[type=radio]").first();
        if (await person.count()) await person.check();
        await page.locator("#approve").click({ timeout: 15_000 });
        await page.waitForURL(/127\.0\.0\.1|localhost/, { timeout: 15_000 });
        await page.waitForTimeout(1_000);
        return page.url();
    } finally {
        await browser.close();
    }
}

for (const [door, strategy] of [["mcp", "http-only"], ["sse", "sse-only"]]) {
    await check(`mcp-remote, ${door}: the whole sign-in`, async () => {
        const home = mkdtempSync(join(tmpdir(), "mcp-remote-"));
        // What mcp-remote takes for a browser: it writes the address down.
        const opener = join(home, "xdg-open");
        writeFileSync(opener, "#!/bin/sh\nexit 0\n");
        chmodSync(opener, 0o755);
        const child = spawn(node22, [join(modules, "mcp-remote/dist/proxy.js"), `${base}/${door}`,
            String(await freePort()), "--transport", strategy, "--allow-http"], {
            env: { ...process.env, MCP_REMOTE_CONFIG_DIR: home, HOME: home, PATH: `${home}:${process.env.PATH}` },
        });
        try {
            let said = "";
            const address = new Promise((found) => {
                child.stderr.on("data", (part) => {
                    said += part;
                    const url = said.match(/https?:\/\/\S*\/authorize\?\S+(?=\s)/);
                    if (url) found(url[0]);
                });
            });
            const answers = new Map();
            createInterface({ input: child.stdout }).on("line", (line) => {
                const message = JSON.parse(line);
                answers.get(message.id)?.(message);
            });
            const ask = (id, method, params) => new Promise((done) => {
                answers.set(id, done);
                child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
            });
            const patience = (promise, what) => Promise.race([promise, new Promise((_, fail) =>
                setTimeout(() => fail(new Error(`${what} took too long\n${said}`)), 45_000))]);
            const url = await patience(address, "the address to open");
            await approve(url);
            await patience(ask(0, "initialize", { protocolVersion: "2025-06-18", capabilities: {},
                clientInfo: { name: "interop", version: "1" } }), "initialize");
            child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
            const list = await patience(ask(1, "tools/list", {}), "tools/list");
            must(list.result?.tools?.length > 0, JSON.stringify(list));
            const who = await patience(ask(2, "tools/call", { name: "whoami", arguments: {} }), "whoami");
            must(who.result && !who.result.isError, JSON.stringify(who));
            return `${list.result.tools.length} tools`;
        } finally {
            child.kill();
        }
    });
}
finish();
