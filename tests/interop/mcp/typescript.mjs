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

const failure = (promise) => promise.then(() => undefined, (error) => error);

// Recent documents and pages of help; templates whose refs are completed by titles.
async function content(client) {
    const { resources } = await client.listResources();
    const uris = resources.map((one) => one.uri);
    const document = uris.find((uri) => uri.startsWith("feishu://doc/"));
    must(document, `no recent document among ${uris}`);
    must(resources.every((one) => one.name && one.mimeType === "text/markdown"), "a resource is bare");
    for (const uri of [document, "feishu://recent", "feishu://help/markdown"]) {
        must(uris.includes(uri), `${uri} is not listed`);
        const page = await client.readResource({ uri });
        must(page.contents[0]?.uri === uri && page.contents[0].text?.length > 50, `${uri} is empty`);
    }
    const { resourceTemplates } = await client.listResourceTemplates();
    const template = resourceTemplates.find((one) => one.uriTemplate === "feishu://doc/{ref}");
    must(template, "no template for documents");
    const completed = await client.complete({
        ref: { type: "ref/resource", uri: template.uriTemplate },
        argument: { name: "ref", value: "OKR" },
    });
    const value = completed.completion.values.find((one) => one.includes("OKR"));
    must(value, `nothing completes OKR: ${JSON.stringify(completed)}`);
    const found = await client.readResource({ uri: template.uriTemplate.replace("{ref}", encodeURIComponent(value)) });
    must(found.contents[0].text.includes("OKR"), "the completed ref leads elsewhere");
    const missing = await failure(client.readResource({ uri: "feishu://doc/docx:ZZZZQPYz9nFuL36OHKJxrs4asZZ" }));
    must([-32002, -32602].includes(missing?.code), `an unknown document gives ${missing}`);
}

async function prompts(client) {
    const { prompts } = await client.listPrompts();
    must(prompts.length >= 7, `only ${prompts.length} prompts`);
    const topic = await client.complete({
        ref: { type: "ref/prompt", name: "translate_document" },
        argument: { name: "language", value: "Eng" },
    });
    must(topic.completion.values.includes("English"), JSON.stringify(topic));
    const documents = await client.complete({
        ref: { type: "ref/prompt", name: "summarise_document" },
        argument: { name: "document", value: "OKR" },
    });
    const document = documents.completion.values[0];
    must(document, "no document completes OKR");
    const filled = await client.getPrompt({ name: "summarise_document", arguments: { document } });
    must(filled.messages[0].content.text.includes("doc_read"), "the prompt names no tool");
    must(filled.messages[1]?.content.resource?.text?.length > 50, "the document is not embedded");
    const missing = await failure(client.getPrompt({ name: "summarise_document", arguments: {} }));
    must(missing?.code === -32602, `a missing argument gives ${missing}`);
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
    await content(client);
    await prompts(client);
    const many = await Promise.all(
        Array.from({ length: 8 }, () => client.callTool({ name: "help", arguments: {} })),
    );
    must(many.every((one) => one.content), "a concurrent call failed");
    return `${listed.tools.length} tools`;
}

// A client that asks its person: what was answered decides, and a yes is good for one call.
async function asking(Client, transport, schema, options) {
    const capabilities = { elicitation: {} };
    const client = new Client({ name: "interop", version: "1" }, { capabilities, ...options });
    let answer;
    const questions = [];
    client.setRequestHandler(schema, async (request) => {
        questions.push(request.params);
        return answer;
    });
    await client.connect(transport);
    const made = async () => {
        const result = await call(client, "doc_create", { title: "To be deleted", markdown: "x" });
        const ref = result.content[0].text.match(/^ref: (\S+)$/m)?.[1];
        must(ref, `nothing was made: ${JSON.stringify(result)}`);
        return ref;
    };
    const readable = async (ref) => !(await call(client, "doc_read", { ref })).isError;
    const remove = (ref) => call(client, "files", { ref, op: "delete" });
    const state = (result) => result.structuredContent?.confirmation?.state;
    try {
        const kept = await made();
        answer = { action: "decline" };
        const declined = await remove(kept);
        must(questions.length === 1, `asked ${questions.length} times`);
        must(questions[0].message.includes("To be deleted"), JSON.stringify(questions[0]));
        must(questions[0].requestedSchema?.properties?.confirm?.type === "boolean", "no form");
        must(state(declined) === "declined", `declined: ${JSON.stringify(declined)}`);
        must(await readable(kept), "a declined call ran");
        // The same call again does not pester, and a no is not a later yes.
        answer = { action: "accept", content: { confirm: true } };
        const again = await remove(kept);
        must(state(again) === "declined" && questions.length === 1, `after a no: ${JSON.stringify(again)}`);

        const other = await made();
        answer = { action: "cancel" };
        const cancelled = await remove(other);
        must(questions.length === 2, "a second thing is not asked about");
        must(state(cancelled) === "needed", `cancelled: ${JSON.stringify(cancelled)}`);
        must(await readable(other), "a cancelled call ran");
        // A form that came back unticked is a no.
        answer = { action: "accept", content: { confirm: false } };
        const unticked = await remove(other);
        must(state(unticked) === "declined", `unticked: ${JSON.stringify(unticked)}`);
        must(await readable(other), "an unticked form let a call run");

        const gone = await made();
        answer = { action: "accept", content: { confirm: true } };
        const accepted = await remove(gone);
        must(!accepted.isError && state(accepted) === undefined, `accepted: ${JSON.stringify(accepted)}`);
        must(!(await readable(gone)), "an accepted call did not run");
        const asked = questions.length;
        const after = await remove(gone);
        must(after.isError === true && questions.length === asked, `after a yes: ${JSON.stringify(after)}`);
        return `${questions.length} questions`;
    } finally {
        await client.close();
    }
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
const { ElicitRequestSchema } = await load("@modelcontextprotocol/sdk/types.js");
await check("typescript v1, a person in front of the client, sessions", () =>
    asking(v1.Client, new http1.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } }),
        ElicitRequestSchema));
await check("typescript newest, a person in front of the client, sessions", () =>
    asking(v2.Client, new v2.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } }),
        "elicitation/create"));
await check("typescript newest, a person in front of the client, 2026-07-28", () =>
    asking(v2.Client, new v2.StreamableHTTPClientTransport(new URL(`${base}/mcp`), { requestInit: { headers } }),
        "elicitation/create", { versionNegotiation: { mode: "auto" } }));
await check("typescript newest, a small reading profile", async () => {
    const client = new v2.Client({ name: "interop", version: "1" }, {});
    const url = new URL(`${base}/mcp?tools=mini&readonly=1`);
    await client.connect(new v2.StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    const { tools } = await client.listTools();
    must(tools.length <= 8 && tools.every((tool) => tool.annotations?.readOnlyHint), JSON.stringify(tools));
    must(tools.some((tool) => tool.name === "doc_read"), "no doc_read");
    const refused = await call(client, "doc_create", { title: "x", markdown: "y" });
    must(refused.isError === true, "a tool that writes runs in the reading profile");
    const { prompts } = await client.listPrompts();
    must(!prompts.some((one) => one.name === "translate_document"), "a prompt that writes is listed");
    await client.close();
    return `${tools.length} tools`;
});
await check("without a token nobody comes in", async () => {
    const answer = await fetch(`${base}/mcp`, { method: "POST", body: "{}" });
    must(answer.status === 401, `status ${answer.status}`);
    must(answer.headers.get("www-authenticate")?.includes("resource_metadata="), "no challenge");
});
finish();
