// The official lark-mcp server reads and searches through the sandbox:
// node mcp.mjs http://127.0.0.1:PORT

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { app, check, finish, limits, require, same, signIn, truthy } from './setup.mjs';

const origin = process.argv[2];
await limits(origin, { enabled: false });
const token = (await signIn(origin, 'zhao.min')).access_token;

const cli = require.resolve('@larksuiteoapi/lark-mcp/dist/cli.js');
const server = spawn(process.execPath, [
  cli, 'mcp', '-a', app.id, '-s', app.secret, '-d', origin, '-u', token,
  '--token-mode', 'user_access_token', '-l', 'en',
  '-t', 'docx.builtin.search,docx.v1.document.rawContent,wiki.v2.space.getNode',
], { stdio: ['pipe', 'pipe', 'ignore'] });

const waiting = new Map();
createInterface({ input: server.stdout }).on('line', (line) => {
  let message;
  try { message = JSON.parse(line); } catch { return; }
  waiting.get(message.id)?.(message);
});
server.on('exit', () => waiting.forEach((answer) => answer({ error: { message: 'server ended' } })));

let last = 0;
function send(method, params) {
  last += 1;
  const id = last;
  const line = JSON.stringify({ jsonrpc: '2.0', id, method, params });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), 20_000);
    waiting.set(id, (message) => {
      clearTimeout(timer);
      if (message.error) reject(new Error(message.error.message));
      else resolve(message.result);
    });
    server.stdin.write(`${line}\n`);
  });
}

async function call(name, args) {
  const result = await send('tools/call', { name, arguments: { ...args, useUAT: true } });
  const body = result.content.map((part) => part.text).join('\n');
  if (result.isError) throw new Error(body);
  return JSON.parse(body);
}

await check('lark-mcp starts and lists its tools', async () => {
  await send('initialize', {
    protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 'judge', version: '1' },
  });
  server.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const { tools } = await send('tools/list', {});
  truthy(tools.some((tool) => tool.name === 'docx_builtin_search'), 'docx_builtin_search');
});
let found;
await check('lark-mcp searches documents', async () => {
  const answer = await call('docx_builtin_search', { data: { search_key: '极光', count: 10 } });
  found = answer.docs_entities.find((entity) => entity.docs_type === 'docx');
  truthy(found, `a document in ${JSON.stringify(answer)}`);
});
await check('lark-mcp reads the document it found', async () => {
  const path = { document_id: found.docs_token };
  const answer = await call('docx_v1_document_rawContent', { path });
  truthy(answer.content.includes(found.title), 'the title in the text');
});
await check('lark-mcp opens a wiki node', async () => {
  const get = async (path) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await (await fetch(`${origin}/open-apis/wiki/v2/${path}`, { headers })).json()).data;
  };
  const space = (await get('spaces')).items[0].space_id;
  const node = (await get(`spaces/${space}/nodes`)).items[0];
  const opened = await call('wiki_v2_space_getNode', { params: { token: node.node_token } });
  same(opened.node.obj_token, node.obj_token, 'obj_token');
});
server.kill();
finish();
