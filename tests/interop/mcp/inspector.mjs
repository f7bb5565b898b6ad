// The command line of the official Inspector, as the terminal of `dev` prints it.
// node inspector.mjs BASE TOKEN
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { check, finish, modules, must, node22 } from "./common.mjs";

const [base, token] = process.argv.slice(2);

function inspector(url, transport, ...more) {
    const program = join(modules, ".bin/mcp-inspector");
    const done = spawnSync(node22, [program, "--cli", url, "--transport", transport,
        "--header", `Authorization: Bearer ${token}`, ...more], { encoding: "utf8", timeout: 60_000 });
    must(done.status === 0, `exit ${done.status}: ${done.stdout}\n${done.stderr}`);
    return JSON.parse(done.stdout.slice(done.stdout.indexOf("{")));
}

for (const [url, transport] of [[`${base}/mcp`, "http"], [`${base}/sse`, "sse"]]) {
    await check(`inspector, ${transport}: list`, () => {
        const list = inspector(url, transport, "--method", "tools/list");
        must(list.tools.length > 0, "no tools");
        return `${list.tools.length} tools`;
    });
    await check(`inspector, ${transport}: call`, () => {
        const result = inspector(url, transport, "--method", "tools/call", "--tool-name", "help");
        must(result.content?.[0]?.text?.length > 50, JSON.stringify(result));
    });
    await check(`inspector, ${transport}: resources and prompts`, () => {
        const { resources } = inspector(url, transport, "--method", "resources/list");
        const document = resources.find((one) => one.uri.startsWith("feishu://doc/"));
        must(document, "no recent document");
        const read = inspector(url, transport, "--method", "resources/read", "--uri", document.uri);
        must(read.contents?.[0]?.text?.length > 50, JSON.stringify(read));
        const { resourceTemplates } = inspector(url, transport, "--method", "resources/templates/list");
        must(resourceTemplates.length >= 3, JSON.stringify(resourceTemplates));
        const { prompts } = inspector(url, transport, "--method", "prompts/list");
        const prompt = inspector(url, transport, "--method", "prompts/get",
            "--prompt-name", "answer_from_documents", "--prompt-args", "question=What are our OKRs?");
        must(prompt.messages?.[0]?.content?.text?.includes("OKRs"), JSON.stringify(prompt));
        return `${resources.length} resources, ${prompts.length} prompts`;
    });
}
finish();
