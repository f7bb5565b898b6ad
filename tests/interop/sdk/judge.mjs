// The official Node SDK judges the sandbox: node judge.mjs http://127.0.0.1:PORT

import {
  app, check, codeFor, codeOf, finish, limits, post, quiet, redirectUri, require, same,
  signIn, truthy,
} from './setup.mjs';

const lark = require('@larksuiteoapi/node-sdk');
const origin = process.argv[2];
const client = new lark.Client({
  appId: app.id, appSecret: app.secret, domain: origin, oauthBaseUrl: origin,
  logger: quiet,
});
const as = (token) => lark.withUserAccessToken(token);
const data = (answer) => {
  same(answer.code, 0, `code (${answer.msg})`);
  return answer.data;
};

await limits(origin, { enabled: false });
const signedIn = await signIn(origin, 'zhao.min');
const user = as(signedIn.access_token);
let me; let documentId; let blocks; let commentId;

await check('the SDK gets a tenant token and uses it', async () => {
  const groups = data(await client.contact.v3.group.simplelist({ params: { type: 1 } }));
  truthy(groups.grouplist.length >= 3, 'groups');
});
await check('the v3 token endpoint serves the SDK', async () => {
  const code = await codeFor(origin, 'chen.yu', ['offline_access']);
  const first = await client.accessToken.retrieveByAuthorizationCode({ code, redirectUri });
  const second = await client.accessToken.refresh({ refreshToken: first.refreshToken });
  truthy(second.accessToken.startsWith('eyJ'), 'refreshed token');
});
await check('user_info names the person', async () => {
  me = data(await client.authen.v1.userInfo.get({}, user));
  same(me.name, '赵敏', 'name');
  truthy(me.open_id.startsWith('ou_'), 'open_id');
});
await check('groups of a person', async () => {
  const params = { member_id: me.open_id, member_id_type: 'open_id', group_type: 1 };
  const groups = data(await client.contact.v3.group.memberBelong({ params }));
  same(groups.group_list.length, 1, 'groups');
});
await check('a person by id', async () => {
  const answer = await client.contact.v3.user.get({ path: { user_id: me.open_id } }, user);
  same(data(answer).user.name, '赵敏');
});
await check('departments of the tenant, page by page', async () => {
  const seen = [];
  const pages = await client.contact.v3.department.childrenWithIterator({
    path: { department_id: '0' }, params: { page_size: 2, fetch_child: true },
  });
  for await (const page of pages) seen.push(...page.items);
  same(seen.length, 8, 'departments');
});
await check('people by name', async () => {
  const answer = await client.request(
    { method: 'GET', url: '/open-apis/search/v1/user', params: { query: '陈雨' } }, user,
  );
  same(data(answer).users.map((found) => found.name), ['陈雨']);
});
await check('a document is created', async () => {
  const answer = await client.docx.v1.document.create({ data: { title: 'SDK 评审 judge' } }, user);
  documentId = data(answer).document.document_id;
  same(documentId.length, 27, 'length of the id');
});
await check('Markdown becomes blocks', async () => {
  const content = '# 标题\n\n正文 **bold**\n\n- one\n  - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
  blocks = data(await client.docx.v1.document.convert(
    { data: { content_type: 'markdown', content } }, user,
  ));
  truthy(blocks.first_level_block_ids.length >= 4, 'first level blocks');
});
await check('nested blocks are inserted', async () => {
  for (const block of blocks.blocks) {
    if (block.table?.property) delete block.table.property.merge_info;
  }
  const answer = await client.docx.v1.documentBlockDescendant.create({
    path: { document_id: documentId, block_id: documentId },
    params: { document_revision_id: -1 },
    data: { children_id: blocks.first_level_block_ids, descendants: blocks.blocks, index: 0 },
  }, user);
  truthy(data(answer).block_id_relations.length === blocks.blocks.length, 'relations');
});
let listed = [];
await check('blocks are listed page by page', async () => {
  const pages = await client.docx.v1.documentBlock.listWithIterator(
    { path: { document_id: documentId }, params: { page_size: 3 } }, user,
  );
  for await (const page of pages) listed.push(...page.items);
  same(listed[0].block_id, documentId, 'first block');
  same(listed.length, blocks.blocks.length + 1, 'blocks');
});
await check('texts are updated in a batch', async () => {
  const heading = listed.find((block) => block.heading1);
  const answer = await client.docx.v1.documentBlock.batchUpdate({
    path: { document_id: documentId },
    data: { requests: [{
      block_id: heading.block_id,
      update_text_elements: { elements: [{ text_run: { content: '新标题' } }] },
    }] },
  }, user);
  truthy(data(answer).document_revision_id > 1, 'revision');
});
await check('children are deleted by range', async () => {
  const answer = await client.docx.v1.documentBlockChildren.batchDelete({
    path: { document_id: documentId, block_id: documentId },
    data: { start_index: 1, end_index: 2 },
  }, user);
  truthy(data(answer).document_revision_id > 2, 'revision');
});
await check('the plain text shows the result', async () => {
  const path = { document_id: documentId };
  const text = data(await client.docx.v1.document.rawContent({ path }, user)).content;
  truthy(text.includes('新标题') && !text.includes('bold'), text);
});
await check('drive lists the document and its metadata', async () => {
  const files = [];
  const walk = async (folder) => {
    const params = { folder_token: folder, page_size: 50 };
    const answer = data(await client.drive.v1.file.list({ params }, user));
    files.push(...answer.files);
  };
  await walk('');
  truthy(files.some((file) => file.token === documentId), 'the document in the root folder');
  const meta = data(await client.drive.v1.meta.batchQuery({
    data: { request_docs: [{ doc_token: documentId, doc_type: 'docx' }], with_url: true },
  }, user));
  same(meta.metas[0].title, 'SDK 评审 judge', 'title');
});
let folder;
await check('a folder takes a copy and goes with it', async () => {
  folder = data(await client.drive.v1.file.createFolder({
    data: { name: 'judge', folder_token: '' },
  }, user)).token;
  const copy = data(await client.drive.v1.file.copy({
    path: { file_token: documentId },
    data: { name: 'Copy', type: 'docx', folder_token: folder },
  }, user)).file;
  same(copy.parent_token, folder, 'parent_token');
  const inside = data(await client.drive.v1.file.list({ params: { folder_token: folder } }, user));
  same(inside.files.length, 1, 'entries');
  const task = data(await client.drive.v1.file.delete({
    path: { file_token: folder }, params: { type: 'folder' },
  }, user)).task_id;
  const params = { task_id: task };
  let status = 'process';
  for (let look = 0; look < 5 && status === 'process'; look += 1) {
    status = data(await client.drive.v1.file.taskCheck({ params }, user)).status;
  }
  same(status, 'success', 'status');
});
await check('a document is exported and fetched', async () => {
  const { ticket } = data(await client.drive.v1.exportTask.create({
    data: { file_extension: 'pdf', token: documentId, type: 'docx' },
  }, user));
  let result = { job_status: 2 };
  for (let look = 0; look < 5 && result.job_status !== 0; look += 1) {
    result = data(await client.drive.v1.exportTask.get({
      path: { ticket }, params: { token: documentId },
    }, user)).result;
  }
  same(result.job_status, 0, 'job_status');
  const file = await client.drive.v1.exportTask.download({
    path: { file_token: result.file_token },
  }, user);
  const chunks = [];
  for await (const chunk of file.getReadableStream()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  same(bytes.length, result.file_size, 'file_size');
  same(bytes.subarray(0, 5).toString(), '%PDF-', 'head');
});
await check('members come and go, and the link opens', async () => {
  const path = { token: documentId };
  const params = { type: 'docx' };
  const member = { member_type: 'email', member_id: 'chen.yu@acme.example', perm: 'view' };
  data(await client.drive.v1.permissionMember.create({ path, params, data: member }, user));
  const list = async () => data(await client.drive.v1.permissionMember.list({ path, params }, user));
  const added = (await list()).items.find((item) => item.perm === 'view');
  truthy(added, 'the new member');
  data(await client.drive.v1.permissionMember.delete({
    path: { ...path, member_id: added.member_id },
    params: { ...params, member_type: added.member_type },
    data: {},
  }, user));
  truthy((await list()).items.every((item) => item.perm !== 'view'), 'nobody else');
  const open = data(await client.drive.v2.permissionPublic.patch({
    path, params, data: { link_share_entity: 'tenant_readable' },
  }, user)).permission_public;
  same(open.link_share_entity, 'tenant_readable', 'link_share_entity');
});
await check('wiki spaces and nodes', async () => {
  const spaces = data(await client.wiki.v2.space.list({ params: { page_size: 20 } }, user)).items;
  truthy(spaces.length > 0, 'spaces');
  const path = { space_id: spaces[0].space_id };
  const nodes = data(await client.wiki.v2.spaceNode.list({ path }, user)).items;
  truthy(nodes.length > 0, 'nodes');
  const params = { token: nodes[0].node_token };
  const node = data(await client.wiki.v2.space.getNode({ params }, user)).node;
  same(node.obj_token, nodes[0].obj_token, 'obj_token');
});
const onDocument = () => ({ path: { file_token: documentId }, params: { file_type: 'docx' } });
const reply = (id, content) => client.request({
  method: 'POST', url: `/open-apis/drive/v1/files/${documentId}/comments/${id}/replies`,
  params: { file_type: 'docx' }, data: { content: text(content) },
}, user);
const text = (content) => ({ elements: [{ type: 'text_run', text_run: { text: content } }] });
await check('a comment on the whole document takes no replies', async () => {
  const whole = data(await client.drive.v1.fileComment.create({
    ...onDocument(), data: { reply_list: { replies: [{ content: text('请看一下') }] } },
  }, user));
  same(await codeOf(() => reply(whole.comment_id, '好的')), 1069302);
});
await check('a comment on a block is made and answered', async () => {
  const answer = data(await client.request({
    method: 'POST', url: `/open-apis/drive/v1/files/${documentId}/new_comments`,
    data: {
      file_type: 'docx', anchor: { block_id: listed.find((block) => block.heading1).block_id },
      reply_elements: [{ type: 'text', text: '标题再想想' }],
    },
  }, user));
  commentId = answer.comment_id;
  truthy(/^\d+$/.test(commentId), 'comment id');
  same((await reply(commentId, '好的')).code, 0);
});
await check('comments are listed and resolved', async () => {
  const list = data(await client.drive.v1.fileComment.list(onDocument(), user)).items;
  same(list.length, 2, 'comments');
  const anchored = list.find((comment) => comment.comment_id === commentId);
  same([anchored.is_whole, anchored.reply_list.replies.length], [false, 2], 'replies');
  const answer = await client.drive.v1.fileComment.patch({
    path: { file_token: documentId, comment_id: commentId }, params: { file_type: 'docx' },
    data: { is_solved: true },
  }, user);
  same(answer.code, 0, answer.msg);
  const one = data(await client.drive.v1.fileComment.get({
    path: { file_token: documentId, comment_id: commentId }, params: { file_type: 'docx' },
  }, user));
  same(one.is_solved, true, 'is_solved');
});
await check('own words are edited, reacted to and deleted', async () => {
  const path = { file_token: documentId, comment_id: commentId };
  const params = { file_type: 'docx' };
  const replies = data(await client.drive.v1.fileCommentReply.list({ path, params }, user)).items;
  same(replies.length, 2, 'replies');
  const first = { ...path, reply_id: replies[0].reply_id };
  const second = { ...path, reply_id: replies[1].reply_id };
  const edit = { path: first, params, data: { content: text('标题可以了') } };
  same((await client.drive.v1.fileCommentReply.update(edit, user)).code, 0);
  const reacted = await client.request({
    method: 'POST', url: `/open-apis/drive/v2/files/${documentId}/comments/reaction`, params,
    data: { action: 'add', reply_id: first.reply_id, reaction_type: 'THUMBSUP' },
  }, user);
  same(reacted.code, 0, reacted.msg);
  const remove = { path: second, params };
  same((await client.drive.v1.fileCommentReply.delete(remove, user)).code, 0);
  const [thread] = data(await client.drive.v1.fileComment.batchQuery({
    path: { file_token: documentId }, params,
    data: { comment_ids: [commentId, '1'], need_reaction: true },
  }, user)).items;
  const [left, ...others] = thread.reply_list.replies;
  same(others.length, 0, 'other replies');
  same(left.content.elements[0].text_run.text, '标题可以了', 'text');
  same(left.reactions[0].reaction_key, 'THUMBSUP', 'reaction');
});
await check('a cell of a sheet takes a comment', async () => {
  const sheet = 'CIWu1nsL25NpkPLLOayiGSCkZGP';
  const made = (anchor) => client.request({
    method: 'POST', url: `/open-apis/drive/v1/files/${sheet}/new_comments`,
    data: {
      file_type: 'sheet', anchor: { block_id: anchor },
      reply_elements: [{ type: 'mention_user', mention_user: me.open_id }],
    },
  }, user);
  truthy(data(await made('Q4bud1!B2')).reply_id, 'reply id');
  same(await codeOf(() => made('nowhere!B2')), 1069302);
});
await check('search stays in a space, and sorts', async () => {
  const search = async (body) => data(await client.request({
    method: 'POST', url: '/open-apis/search/v2/doc_wiki/search', data: { query: '', ...body },
  }, user)).res_units;
  const spaces = data(await client.wiki.v2.space.list({ params: { page_size: 20 } }, user)).items;
  const pages = await search({ wiki_filter: { space_ids: [spaces[0].space_id] } });
  truthy(pages.length > 0 && pages.every((unit) => unit.entity_type === 'WIKI'), 'pages');
  const filter = { creator_ids: [me.open_id], sort_type: 'EDIT_TIME' };
  const own = await search({ doc_filter: filter, wiki_filter: filter });
  truthy(own.every((unit) => unit.result_meta.owner_id === me.open_id), 'owner');
  const times = own.map((unit) => unit.result_meta.update_time);
  same(times, [...times].sort((a, b) => b - a), 'newest first');
});
await check('search finds the document', async () => {
  const found = data(await client.request({
    method: 'POST', url: '/open-apis/search/v2/doc_wiki/search',
    data: { query: 'judge', doc_filter: {}, wiki_filter: {} },
  }, user));
  truthy(found.res_units.some((unit) => unit.result_meta.token === documentId), 'the document');
});

await check('without a token: 99991661', async () => {
  const answer = await fetch(`${origin}/open-apis/docx/v1/documents/${documentId}`);
  same([answer.status, (await answer.json()).code], [400, 99991661]);
});
const read = (token) => codeOf(() => client.docx.v1.document.get(
  { path: { document_id: documentId } }, as(token),
));
await check('with a wrong token: 99991668', async () => same(await read('eyJwrong'), 99991668));
await check('without the person\'s scope: 99991679', async () => {
  const other = await signIn(origin, 'xu.jing', ['wiki:space:read']);
  same(await read(other.access_token), 99991679);
});
await check('without the app\'s scope: 99991672', async () => {
  const code = await codeOf(() => client.request(
    { method: 'GET', url: '/open-apis/event/v1/outbound_ip' },
  ));
  same(code, 99991672);
});
await check('with a wrong field: 99992402', async () => {
  const code = await codeOf(() => client.docx.v1.document.create({ data: { titel: 'x' } }, user));
  same(code, 99992402);
});
await check('an expired token: 99991677', async () => {
  const other = await signIn(origin, 'wu.hao');
  await post(`${origin}/sandbox/admin/tokens/expire`, { token: other.access_token });
  same(await read(other.access_token), 99991677);
});
await check('a refresh token used twice: 20073', async () => {
  const body = {
    grant_type: 'refresh_token', client_id: app.id, client_secret: app.secret,
    refresh_token: (await signIn(origin, 'wu.hao')).refresh_token,
  };
  const url = `${origin}/open-apis/authen/v2/oauth/token`;
  same([(await post(url, body)).body.code, (await post(url, body)).body.code], [0, 20073]);
});
await check('too many calls: 429 with the headers', async () => {
  await limits(origin, { enabled: true, scale: 0.02 });
  let limited;
  for (let n = 0; n < 30 && !limited; n += 1) {
    try {
      await client.contact.v3.group.simplelist({ params: { type: 1 } });
    } catch (error) {
      limited = error.response;
    }
  }
  await limits(origin, { enabled: false, scale: 1 });
  same([limited.status, limited.data.code], [429, 99991400]);
  truthy(Number(limited.headers['x-ogw-ratelimit-reset']) >= 1, 'reset header');
});
await check('an unknown path: 404 as text', async () => {
  const answer = await fetch(`${origin}/open-apis/docx/v9/documents`);
  same([answer.status, await answer.text()], [404, '404 page not found']);
});
await check('the SDK\'s dispatcher verifies and decrypts a pushed event', async () => {
  const http = await import('node:http');
  let seen;
  const dispatcher = new lark.EventDispatcher({
    encryptKey: 'sandbox encrypt key', verificationToken: 'verify-e5f60718',
    logger: quiet,
  }).register({ 'drive.file.edit_v1': async (event) => { seen = event; } });
  const server = http.createServer(lark.adaptDefault('/events', dispatcher));
  await new Promise((ready) => { server.listen(0, '127.0.0.1', ready); });
  try {
    await post(`${origin}/sandbox/admin/events`, {
      url: `http://127.0.0.1:${server.address().port}/events`, app_id: app.id,
      event_type: 'drive.file.edit_v1', event: { file_type: 'docx', file_token: documentId },
    });
    same(seen?.file_token, documentId, 'file_token');
  } finally {
    server.close();
  }
});
await check('answers had only published fields', async () => {
  const { unpublished } = await (await fetch(`${origin}/sandbox/admin/stats`)).json();
  same(unpublished, []);
});
finish();
