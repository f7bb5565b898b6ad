// The official Node SDK puts bytes into documents of the sandbox and draws on boards:
// node media.mjs http://127.0.0.1:PORT

import {
  app, check, codeOf, finish, limits, quiet, require, same, scopes, signIn, truthy,
} from './setup.mjs';

const lark = require('@larksuiteoapi/node-sdk');
const origin = process.argv[2];
const client = new lark.Client({
  appId: app.id, appSecret: app.secret, domain: origin, oauthBaseUrl: origin, logger: quiet,
});
const data = (answer) => {
  same(answer.code, 0, `code (${answer.msg})`);
  return answer.data;
};

await limits(origin, { enabled: false });
const wanted = [
  ...scopes, 'docs:document.media:upload', 'docs:document.media:download',
  'board:whiteboard:node:create', 'board:whiteboard:node:read',
];
const user = lark.withUserAccessToken((await signIn(origin, 'zhao.min', wanted)).access_token);
// Enough of a picture for its kind and size to be known.
const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA=', 'base64');
let documentId; let image; let token; let board;

async function block(body) {
  const answer = await client.docx.v1.documentBlockChildren.create({
    path: { document_id: documentId, block_id: documentId }, data: { children: [body], index: -1 },
  }, user);
  return data(answer).children[0];
}

const upload = (node, parentType = 'docx_image') => client.drive.v1.media.uploadAll({
  data: {
    file_name: 'chart.png', parent_type: parentType, parent_node: node, size: png.length, file: png,
  },
}, user);

const bind = (id, fileToken) => client.docx.v1.documentBlock.patch({
  path: { document_id: documentId, block_id: id }, data: { replace_image: { token: fileToken } },
}, user);

async function bytesOf(answer) {
  const parts = [];
  for await (const part of answer.getReadableStream()) parts.push(part);
  return Buffer.concat(parts);
}

await check('an empty image block is made', async () => {
  const made = await client.docx.v1.document.create({ data: { title: 'Media' } }, user);
  documentId = data(made).document.document_id;
  image = (await block({ block_type: 27, image: {} })).block_id;
  truthy(image, 'a block');
});
await check('a picture is uploaded for the block and bound to it', async () => {
  token = (await upload(image)).file_token;
  truthy(token, 'a token');
  const bound = data(await bind(image, token));
  same(bound.block.image.token, token, 'token of the block');
});
await check('a picture of another block is refused: 1770013', async () => {
  const other = (await block({ block_type: 27, image: {} })).block_id;
  same(await codeOf(() => bind(other, token)), 1770013);
});
await check('the picture is downloaded as it was', async () => {
  const found = await client.drive.v1.media.download({ path: { file_token: token } }, user);
  same((await bytesOf(found)).toString('base64'), png.toString('base64'), 'bytes');
});
await check('a link for a day is given', async () => {
  const params = { file_tokens: [token] };
  const answer = await client.drive.v1.media.batchGetTmpDownloadUrl({ params }, user);
  const [url] = data(answer).tmp_download_urls;
  same(url.file_token, token, 'file_token');
  const response = await fetch(url.tmp_download_url);
  same((await response.arrayBuffer()).byteLength, png.length, 'bytes behind the link');
});
await check('a file comes in parts', async () => {
  const holder = await block({ block_type: 23, file: { token: '' } });
  const id = holder.children?.[0] ?? holder.block_id;
  const whole = Buffer.alloc(5 * 1024 * 1024, 7);
  const prepared = data(await client.drive.v1.media.uploadPrepare({
    data: {
      file_name: 'data.bin', parent_type: 'docx_file', parent_node: id, size: whole.length,
    },
  }, user));
  for (let seq = 0; seq < prepared.block_num; seq += 1) {
    const file = whole.subarray(seq * prepared.block_size, (seq + 1) * prepared.block_size);
    await client.drive.v1.media.uploadPart({
      data: { upload_id: prepared.upload_id, seq, size: file.length, file },
    }, user);
  }
  const finished = data(await client.drive.v1.media.uploadFinish({
    data: { upload_id: prepared.upload_id, block_num: prepared.block_num },
  }, user));
  data(await client.docx.v1.documentBlock.patch({
    path: { document_id: documentId, block_id: id },
    data: { replace_file: { token: finished.file_token } },
  }, user));
  const path = { file_token: finished.file_token };
  const found = await bytesOf(await client.drive.v1.media.download({ path }, user));
  truthy(found.equals(whole), 'the same bytes');
});
await check('a board is made with its token', async () => {
  board = (await block({ block_type: 43, board: {} })).board.token;
  truthy(board, 'a token');
});
await check('Mermaid and PlantUML are drawn on it', async () => {
  const drawings = [['graph TD\nA[Start] --> B[End]', 2], ['@startuml\nA -> B: hi\n@enduml', 1]];
  for (const [code, syntax] of drawings) {
    const drawn = await client.request({
      method: 'POST', url: `/open-apis/board/v1/whiteboards/${board}/nodes/plantuml`,
      data: { plant_uml_code: code, style_type: 1, syntax_type: syntax, diagram_type: 0 },
    }, user);
    truthy(data(drawn).node_id, 'a node');
  }
});
await check('the nodes of the board are listed', async () => {
  const path = { whiteboard_id: board };
  const { nodes } = data(await client.board.v1.whiteboardNode.list({ path }, user));
  const texts = JSON.stringify(nodes);
  truthy(['Start', 'End', 'hi'].every((text) => texts.includes(text)), texts.slice(0, 300));
});
await check('the board is seen as a picture', async () => {
  const path = { whiteboard_id: board };
  const seen = await client.board.v1.whiteboard.downloadAsImage({ path }, user);
  same((await bytesOf(seen)).subarray(1, 4).toString(), 'PNG', 'kind');
});
await check('nothing is drawn on a board that is not there', async () => {
  const path = { whiteboard_id: 'nothinghere' };
  const code = await codeOf(() => client.board.v1.whiteboardNode.list({ path }, user));
  truthy(code !== 0, 'a code');
});
await check('answers had only published fields', async () => {
  const { unpublished } = await (await fetch(`${origin}/sandbox/admin/stats`)).json();
  same(unpublished, []);
});
finish();
