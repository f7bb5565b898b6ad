// The official TypeScript SDK, the v1 line and the newest, over Streamable HTTP and HTTP+SSE.
// node typescript.mjs BASE TOKEN      BASE is a tenant's address such as http://127.0.0.1:8788/t/acme
import { check, finish, load, must } from "./common.mjs";

const [base, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}` };

// Limits are part of the product: a client that reads `retry_after` gets through.
async function call(client, name, args) {
    for (let round = 0; round < 40; round += 1) {
        const result = await client.callTool({ name, arguments: args });
        const error = result.structuredContent?.error;
        if (error?.kind !== "rate_limited") return result;
        must(error.retry_after >= 1, "a limit says no time to wait");
        await new Promise((done) => setTimeout(done, error.retry_after * 1000));
    }
    throw new Error("limited for ever");
}

async function journey(client) {
    const listed = await client.listTools();
    must(listed.tools.length > 0, "no tools are listed");
    must(listed.tools.every((tool) => tool.inputSchema?.type === "object"), "a tool has no schema");
    const again = await client.listTools();
    must(JSON.stringify(again.tools) === JSON.stringify(listed.tools), "the list changes its order");
    const help = await call(client, "help", {});
    must(!help.isError && help.content[0]?.text?.length > 50, `help: ${JSON.stringify(help)}`);
    const who = await call(client, "whoami", {});
    must(!who.isError && who.content[0]?.text, `whoami: ${JSON.stringify(who)}`);
    const wrong = await call(client, "help", { nonsense: 1 });
    must(wrong.isError === true, "wrong arguments are no readable error");
    const unknown = await client.callTool({ name: "no_such_tool", arguments: {} }).then(
        () => undefined,
        (error) => error,
    );
    must(unknown?.code === -32602, `an unknown tool gives ${unknown}`);
    const resources = await client.listResources();
    must(resources.resources.length > 0, "no resources");
    const page = await client.readResource({ uri: resources.resources[0].uri });
    must(page.contents[0]?.text?.length > 50, "a resource is empty");
    const prompts = await client.listPrompts();
    must(prompts.prompts.length > 0, "no prompts");
    const many = await Promise.all(
        Array.from({ length: 8 }, () => client.callTool({ name: "help", arguments: {} })),
    );
    must(many.every((one) => one.content), "a concurrent call failed");
    return `${listed.tools.length} tools`;
}

async function connected(Client, transport, options) {
    const client = new Client({ name: "interop", version: "1" }, options ?? {});
    await client.connect(transport);
    try {
        return await journey(client);
    } finally {
        await client.close();
    }
}

const v1 = await load("@modelcontextprotocol/sdk/client/index.js");
const http1 = await load("@modelcontextprotocol/sdk/client/streamableHttp.js");
const sse1 = await load("@modelcontextprotocol/sdk/client/sse.js");
const v2 = await load("@modelcontextprotocol/client");

await check("typescript v1, streamable http", () =>
    connected(v1.Client, new http1.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } })));
await check("typescript v1, http+sse", () =>
    connected(v1.Client, new sse1.SSEClientTransport(new URL(`${base}/sse`), {
        requestInit: { headers },
        eventSourceInit: { fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } }) },
    })));
await check("typescript v1, end of a session", async () => {
    const transport = new http1.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } });
    const client = new v1.Client({ name: "interop", version: "1" }, {});
    await client.connect(transport);
    await transport.terminateSession();
    await client.close();
});
await check("typescript newest, streamable http, sessions", () =>
    connected(v2.Client, new v2.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } })));
await check("typescript newest, streamable http, 2026-07-28", () =>
    connected(v2.Client, new v2.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } }),
        { versionNegotiation: { mode: "auto" } }));
if (v2.SSEClientTransport) {
    await check("typescript newest, http+sse", () =>
        connected(v2.Client, new v2.SSEClientTransport(new URL(`${base}/sse`), {
            requestInit: { headers },
            eventSourceInit: { fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, ...headers } }) },
        })));
}
await check("without a token nobody comes in", async () => {
    const answer = await fetch(`${base}/mcp`, { method: "POST", body: "{}" });
    must(answer.status === 401, `status ${answer.status}`);
    must(answer.headers.get("www-authenticate")?.includes("resource_metadata="), "no challenge");
});
finish();
