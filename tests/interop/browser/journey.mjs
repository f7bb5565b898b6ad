// A newcomer and an employee in a real browser: the connect page, sign-in, connections, keys,
// consent and every page that says what went wrong.
// node journey.mjs BASE_URL SANDBOX_URL [--shots DIR]
//     BASE_URL and SANDBOX_URL are the origins that `dev --json` prints; the tenant is `acme`.
//     --shots DIR also writes a picture of each page state, in both languages and widths.
// One line per check; the exit code is 0 when all hold.
import { join } from "node:path";
import { check, finish, must } from "../mcp/common.mjs";
import { admin, answered, call, callbackServer, connect, loopback, metadata, redeem, register, request,
    theAnswer, toolNames, within } from "./client.mjs";
import { APP, LIN, SECRET, ZHAO, base, sandbox, shots, tenant } from "./setting.mjs";
import { browser, complaints, feishuLogin, neat, shot, text, visitor } from "./visitor.mjs";

const CURSOR = "cursor://anysphere.cursor-mcp/oauth/callback";

// ---- the connect page

const unbase64 = (part) => JSON.parse(Buffer.from(part, "base64").toString("utf8"));

/** The server's address inside a link, however the client wants it wrapped. */
function addressIn(href) {
    const url = new URL(href);
    if (/^vscode(-insiders)?:$/.test(url.protocol)) return JSON.parse(decodeURIComponent(href.split("?")[1])).url;
    const query = url.searchParams;
    if (query.has("servers")) return Object.values(unbase64(query.get("servers")).mcpServers)[0].baseUrl;
    if (query.has("url")) return query.get("url");
    const config = query.get("config");
    return (config.startsWith("{") ? JSON.parse(config) : unbase64(config)).url;
}

for (const lang of ["en", "zh"]) {
    for (const wide of [true, false]) {
        const label = `${lang}, ${wide ? "wide" : "narrow"}`;
        await check(`connect page (${label}): links, commands and copy buttons lead to this tenant`, async () => {
            const { page, close } = await visitor({ lang, wide, scheme: wide ? "light" : "dark" });
            await page.goto(`${tenant}/connect`);
            must(await page.locator("html").getAttribute("lang") === (lang === "zh" ? "zh-CN" : "en")
                || (await page.locator("html").getAttribute("lang")).startsWith(lang), "the page's language");
            await neat(page);
            if (shots) await page.screenshot({ path: join(shots, `connect-${lang}-${wide ? "wide-light" : "narrow-dark"}.png`), fullPage: true });
            const links = await page.locator("article .actions a").evaluateAll((all) => all.map((a) => a.href));
            must(links.length >= 10, `${links.length} links`);
            for (const href of links) {
                must(addressIn(href) === `${tenant}/mcp`, `${href} leads to ${addressIn(href)}`);
            }
            for (const fold of await page.locator("article details").all()) {
                await fold.evaluate((one) => { one.open = true; });
            }
            const buttons = await page.locator("button[data-copy]").all();
            must(buttons.length >= 12, `${buttons.length} copy buttons`);
            for (const button of wide ? buttons : buttons.slice(0, 2)) {
                const shown = await page.locator(`[id="${await button.getAttribute("data-copy")}"]`).textContent();
                await button.click();
                const copied = await page.evaluate(() => navigator.clipboard.readText());
                must(copied === shown, `copied ${copied}, shown ${shown}`);
                must(copied.includes(base) || copied.includes("inspector"), `${copied} names this server`);
            }
            await close();
            return `${links.length} links, ${buttons.length} copy buttons`;
        });
    }
}

await check("the language switch is remembered on all pages", async () => {
    const { page, close } = await visitor();
    await page.goto(`${tenant}/connect`);
    await page.locator("a.lang").click();
    must(/[\u4e00-\u9fff]/.test(await page.locator("h1").innerText()), "the heading is Chinese");
    must(page.url() === `${tenant}/connect`, `still here, not ${page.url()}`);
    await page.goto(base);
    must((await page.locator("html").getAttribute("lang")).startsWith("zh"), "the front page too");
    await neat(page);
    await shot(page, "home-zh");
    await close();
});

// ---- sign-in, connections, keys

const employee = await visitor();
const { page } = employee;
let key;

await check("an employee signs in through Feishu and finds an empty connections page", async () => {
    await page.goto(`${tenant}/connect`);
    await page.locator(`a[href="/t/acme/connections"]`).click();
    await page.waitForURL((url) => url.origin === sandbox);
    await shot(page, "feishu-login");
    await feishuLogin(page, ZHAO);
    await page.waitForURL(`${tenant}/connections`);
    await neat(page);
    must((await text(page)).includes("No client is connected"), await text(page));
    await shot(page, "connections-empty-en");
});

await check("a key is shown once and calls a tool", async () => {
    await page.locator("#key-name").fill("nightly report");
    await page.locator("#make-key").click();
    key = await page.locator("#fresh-key").innerText();
    await shot(page, "key-made-en");
    await neat(page);
    const response = await call(key, "whoami");
    must(response.status === 200, `whoami: ${response.status} ${await response.text()}`);
    await page.goto(`${tenant}/connections`);
    must(!(await page.content()).includes(key), "the key is not shown again");
    must((await text(page)).includes("nightly report"), "the key is listed");
});

await check("a key without write access has no writing tools", async () => {
    must(!(await toolNames(key)).includes("doc_create"), "doc_create is not listed");
    must((await call(key, "doc_create", { title: "x", markdown: "x" })).status >= 400, "nor callable");
});

await check("a revoked key is refused within 5 s", async () => {
    await page.getByRole("button", { name: "Revoke nightly report" }).click();
    await page.getByText("The key was revoked.").waitFor();
    await shot(page, "key-revoked-en");
    return within(5_000, "refusal", async () => (await call(key, "whoami")).status === 401);
});

await check("a connection without write: tools to read only", async () => {
    const tokens = await connect(page, await register("Reader"), { person: ZHAO });
    must(!(await toolNames(tokens.access_token)).includes("doc_create"), "doc_create is not listed");
    const response = await call(tokens.access_token, "whoami");
    must(response.status === 200, `whoami: ${response.status}`);
});

await check("a connection with write: doc_create makes a document", async () => {
    const tokens = await connect(page, await register("Writer"), { person: ZHAO, write: true });
    const response = await call(tokens.access_token, "doc_create", { title: "Journey", markdown: "# Journey\n\nMade." });
    const said = await response.text();
    must(response.status === 200 && !JSON.parse(said).isError, `${response.status} ${said.slice(0, 300)}`);
});

await check("a revoked connection: token refused within 5 s, its stream over within 15 s", async () => {
    const tokens = await connect(page, await register("Streamer"), { person: ZHAO });
    const stream = await fetch(`${tenant}/sse`, { headers: { authorization: `Bearer ${tokens.access_token}`, accept: "text/event-stream" } });
    must(stream.status === 200, `sse: ${stream.status}`);
    let over = false;
    void (async () => { try { for await (const part of stream.body) void part; } finally { over = true; } })().catch(() => {});
    await page.goto(`${tenant}/connections`);
    await neat(page);
    await shot(page, "connections-three-en");
    must(await page.locator("section[aria-labelledby=clients-title] tbody tr").count() === 3, "three connections");
    await page.getByRole("button", { name: "End Streamer" }).click();
    const refused = await within(5_000, "refusal", async () => (await call(tokens.access_token, "whoami")).status === 401);
    const ended = await within(15_000, "the end of the stream", () => over);
    await shot(page, "connection-ended-en");
    return `refused after ${refused}, stream over ${ended} later`;
});

await check("all connections end with one button", async () => {
    await page.locator("details summary").filter({ hasText: "End all" }).click();
    await shot(page, "end-all-open-en");
    await page.locator("#revoke-all").click();
    must((await text(page)).includes("No client is connected"), await text(page));
});

await check("signing out ends the visit", async () => {
    await page.locator("header button").click();
    must((await text(page)).includes("signed out"), await text(page));
    await neat(page);
    await shot(page, "signed-out-en");
    await page.goto(`${tenant}/connections`);
    must(new URL(page.url()).origin === sandbox, `asked to sign in again, not ${page.url()}`);
});
await employee.close();

// ---- consent

for (const lang of ["en", "zh"]) {
    await check(`consent page (${lang}): read is fixed, write is a choice, deny goes to the client`, async () => {
        const { page, close } = await visitor({ lang, wide: lang === "en" });
        const wish = request(await register("Cursor"));
        await page.goto(wish.url);
        await neat(page);
        await shot(page, `consent-${lang}`);
        must(await page.locator("#read").isChecked() && await page.locator("#read").isDisabled(), "read is ticked");
        must(!await page.locator("#write").isChecked(), "write is not ticked");
        await page.locator("a.lang").click();
        must(!(await page.locator("html").getAttribute("lang")).startsWith(lang), "the other language");
        must(await page.locator("#approve").count() === 1, "still the consent page");
        await page.locator("#deny").click();
        const answer = await theAnswer(page, wish);
        must(answer.get("error") === "access_denied", `${answer}`);
        await close();
    });
}

await check("cancelling at Feishu tells the client", async () => {
    const { page, close } = await visitor();
    const wish = request(await register("Cursor"));
    await page.goto(wish.url);
    await page.locator("#approve").click();
    await feishuLogin(page, LIN, "deny");
    const answer = await theAnswer(page, wish);
    must(answer.get("error") === "access_denied", `${answer}`);
    await close();
});

for (const lang of ["en", "zh"]) {
    await check(`a client behind its own scheme gets a page with a link (${lang})`, async () => {
        const { page, close } = await visitor({ lang });
        const wish = request(await register("Cursor", CURSOR), { redirect: CURSOR });
        await page.goto(wish.url);
        await shot(page, `consent-app-${lang}`);
        await page.locator("#approve").click();
        await feishuLogin(page);
        const link = new URL(await page.locator("#continue").getAttribute("href"));
        await neat(page);
        await shot(page, `continue-${lang}`);
        must(link.href.startsWith(CURSOR), link.href);
        must(link.searchParams.get("state") === wish.state, "state");
        must(link.searchParams.get("iss") === metadata.issuer, "iss");
        must((await redeem(wish, link.searchParams.get("code"))).access_token, "a token");
        await close();
    });
}

await check("a sign-in that began in another browser is refused", async () => {
    const thief = await visitor();
    const victim = await visitor();
    const wish = request(await register("Cursor"));
    await thief.page.goto(wish.url);
    await thief.page.locator("#approve").click();
    await thief.page.waitForURL((url) => url.origin === sandbox);
    // The thief agrees at Feishu and hands the last step, with the code, to somebody else.
    const asked = Object.fromEntries(new URL(thief.page.url()).searchParams);
    const { code } = await admin("POST", "/approve", { ...asked, user: LIN });
    const stolen = `${asked.redirect_uri}?${new URLSearchParams({ code, state: asked.state })}`;
    const before = answered.length;
    const response = await victim.page.goto(stolen);
    must(response.status() === 400, `${response.status()}`);
    await neat(victim.page);
    await shot(victim.page, "error-other-browser-en");
    must((await text(victim.page)).includes("another browser"), await text(victim.page));
    must(answered.length === before, "the client got nothing");
    await thief.close();
    await victim.close();
});

// ---- what goes wrong, and what to do then

/** An error page with its status, a heading and at least one step to take. */
async function says(page, lang, name, pattern) {
    await neat(page);
    await shot(page, `error-${name}-${lang}`);
    const steps = await page.locator("ol.steps li").allInnerTexts();
    must(steps.length > 0, `${name}: no step to take\n${await text(page)}`);
    must(steps.every((step) => /[\u4e00-\u9fff]/.test(step) === (lang === "zh")), `${name}: ${steps}`);
    must(pattern.test(await text(page)), `${name}: ${await text(page)}`);
}

for (const lang of ["en", "zh"]) {
    await check(`requests that cannot be answered say what to do (${lang})`, async () => {
        const { page, close } = await visitor({ lang });
        const client = await register("Cursor");
        await page.goto(request("nobody").url);
        await says(page, lang, "unknown-client", /Unknown client|未知的客户端/);
        await page.goto(request(client, { redirect: "http://127.0.0.1:9/elsewhere" }).url);
        await says(page, lang, "redirect", /return address|回调地址/);
        await page.goto(`${base}/t/nobody/connect`);
        await says(page, lang, "no-tenant", /not found|不存在/);
        const wish = request(client, { without: ["code_challenge"] });
        await page.goto(wish.url);
        const answer = await theAnswer(page, wish);
        must(answer.get("error") === "invalid_request" && /code_challenge/.test(answer.get("error_description")), `${answer}`);
        await close();
    });
}

/** Breaks the Feishu app, signs in, and mends it again. */
async function broken(name, change, mend, end) {
    await check(`${name} is explained in both languages`, async () => {
        await change();
        try {
            for (const lang of ["en", "zh"]) {
                const { page, close } = await visitor({ lang });
                const wish = request(await register("Cursor"));
                await page.goto(wish.url);
                await page.locator("#approve").click();
                await end(page, lang, wish);
                await close();
            }
        } finally {
            await mend();
        }
    });
}

const app = (change) => () => admin("PATCH", `/apps/${APP}`, change);
const slug = (name) => name.replaceAll(" ", "-");
/** Feishu lets the person through and the platform explains what went wrong after that. */
const here = (name, pattern) => async (page, lang) => {
    await feishuLogin(page);
    await page.waitForURL((url) => url.origin === base);
    await says(page, lang, slug(name), pattern);
};
/** Feishu itself stops the person, on a page of its own in both languages. */
const atFeishu = (name, code, login) => async (page, lang) => {
    if (login) await feishuLogin(page, ZHAO);
    must(await page.locator("#error-code").innerText() === code, await text(page));
    must(/Administrator.*/.test(await text(page)) && /管理员/.test(await text(page)), await text(page));
    await shot(page, `feishu-${slug(name)}-${lang}`);
};

await broken("a wrong app secret", app({ secret: "changed" }), app({ secret: SECRET }), here("a wrong app secret", /App Secret/));
await broken("Feishu away", () => admin("POST", "/faults", { path: "*/oauth/token", kind: "status", status: 502 }),
    () => admin("DELETE", "/faults"), here("Feishu away", /does not answer|没有响应/));
await broken("a person outside the availability", app({ unavailable_to: [ZHAO] }), app({ unavailable_to: [] }),
    atFeishu("outside", "20010", true));
await broken("a redirect URL that the app lacks", app({ redirect_urls: [] }), app({ redirect_urls: [`${base}/callback`] }),
    atFeishu("redirect", "20029", false));

// Last: the sandbox starts afresh after it.
await broken("a scope that the app lost",
    app({ remove_scopes: ["docx:document:create", "docx:document"] }), () => admin("POST", "/reset"),
    atFeishu("scope", "20027", false));

await check("the browser had nothing to complain about", async () => {
    must(complaints.length === 0, complaints.join("\n"));
});

await browser.close();
callbackServer.close();
finish();
