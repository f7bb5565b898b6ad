// The MCP client of an employee, driven by hand: registration, authorization, token, calls.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { must } from "../mcp/common.mjs";
import { LIN, base, sandbox, tenant } from "./setting.mjs";
import { feishuLogin } from "./visitor.mjs";

export const answered = [];
export const callbackServer = createServer((request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    if (url.pathname === "/answer") answered.push(url.searchParams);
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html><link rel=icon href='data:,'><title>client</title><h1>client</h1>");
});
await new Promise((done) => callbackServer.listen(0, "127.0.0.1", done));
export const loopback = `http://127.0.0.1:${callbackServer.address().port}/answer`;

export const metadata = await fetch(`${base}/.well-known/oauth-authorization-server`).then((r) => r.json());

export async function register(name, redirect = loopback) {
    const response = await fetch(metadata.registration_endpoint, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ client_name: name, redirect_uris: [redirect],
            token_endpoint_auth_method: "none", grant_types: ["authorization_code", "refresh_token"] }),
    });
    must(response.status === 201, `registration: ${response.status}`);
    return (await response.json()).client_id;
}

export function request(client, { redirect = loopback, without = [], ...more } = {}) {
    const verifier = randomBytes(32).toString("base64url");
    const state = randomBytes(8).toString("hex");
    const query = new URLSearchParams({
        response_type: "code", client_id: client, redirect_uri: redirect, state,
        code_challenge: createHash("sha256").update(verifier).digest("base64url"),
        code_challenge_method: "S256", resource: `${tenant}/mcp`, ...more,
    });
    for (const name of without) query.delete(name);
    return { url: `${metadata.authorization_endpoint}?${query}`, verifier, state, redirect, client, resource: query.get("resource") };
}

export async function redeem(wish, code) {
    const response = await fetch(metadata.token_endpoint, {
        method: "POST",
        body: new URLSearchParams({ grant_type: "authorization_code", code, client_id: wish.client,
            redirect_uri: wish.redirect, code_verifier: wish.verifier, resource: wish.resource }),
    });
    must(response.status === 200, `token: ${response.status}`);
    return response.json();
}

/** Approves in `page` and returns the client's tokens. */
export async function connect(page, client, { write = false, person = LIN, at = tenant } = {}) {
    const wish = request(client, { resource: `${at}/mcp` });
    await page.goto(wish.url);
    if (write) await page.locator("#write").check();
    await page.locator("#approve").click();
    await feishuLogin(page, person);
    const answer = await theAnswer(page, wish);
    must(answer.get("code"), `a code, not ${answer}`);
    return redeem(wish, answer.get("code"));
}

export async function theAnswer(page, wish) {
    await page.waitForURL((url) => url.href.startsWith(wish.redirect));
    const answer = answered.at(-1);
    must(answer?.get("state") === wish.state, "the answer carries the client's state");
    must(answer.get("iss") === metadata.issuer, "the answer carries the issuer");
    return answer;
}

export const call = (token, tool, input = {}, at = tenant) => fetch(`${at}/tools/${tool}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(input),
});

export async function toolNames(token) {
    const response = await fetch(`${tenant}/tools`, { headers: { authorization: `Bearer ${token}` } });
    must(response.status === 200, `tools: ${response.status}`);
    return (await response.json()).tools.map((tool) => tool.name);
}

export async function within(limit, what, test) {
    const begin = Date.now();
    while (Date.now() - begin < limit) {
        if (await test()) return `${Date.now() - begin} ms`;
        await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`${what} took more than ${limit} ms`);
}

export async function admin(method, path, body) {
    const response = await fetch(`${sandbox}/sandbox/admin${path}`, { method, body: JSON.stringify(body) });
    must(response.ok, `${path}: ${response.status}`);
    return response.json();
}
