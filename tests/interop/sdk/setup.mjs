// What every judge needs: a checker that prints one line per fact, and a signed-in person.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// Where `../install` puts the packages; a node_modules folder here works as well.
const installed = fileURLToPath(new URL('../../.cache/node/sdk/package.json', import.meta.url));
export const require = createRequire(existsSync(installed) ? installed : import.meta.url);

export const app = { id: 'cli_a1b2c3d4e5f60718', secret: 'sandbox-secret-acme-2026' };
export const redirectUri = 'http://localhost:8788/callback';

export const scopes = [
  'offline_access', 'docx:document', 'docx:document:readonly', 'docx:document:create', 'docx:document:write_only',
  'docx:document.block:convert', 'docs:document.content:read', 'space:document:retrieve',
  'drive:drive.metadata:readonly', 'docs:document.comment:read', 'docs:document.comment:create',
  'docs:document.comment:update', 'docs:document.comment:delete', 'wiki:space:retrieve',
  'wiki:space:read', 'wiki:node:read', 'wiki:node:retrieve', 'search:docs:read',
  'contact:user:search', 'contact:contact.base:readonly', 'contact:user.base:readonly',
  'contact:user.email:readonly',
  'space:folder:create',
  'space:document:delete',
  'docs:document:copy',
  'docs:document:export',
  'docs:permission.member:create',
  'docs:permission.member:retrieve',
  'docs:permission.member:delete',
  'docs:permission.setting:write_only',
];

// The SDKs print what they throw; the checks report it once.
const ignore = () => {};
export const quiet = { error: ignore, warn: ignore, info: ignore, debug: ignore, trace: ignore };

let failed = 0;
let passed = 0;

export async function check(name, body) {
  try {
    await body();
    passed += 1;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed += 1;
    const detail = error?.response?.data ? JSON.stringify(error.response.data) : error?.message;
    console.log(`FAIL  ${name}: ${detail}`);
  }
}

export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(failed === 0 ? 0 : 1);
}

export function same(actual, expected, what = 'value') {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what} is ${a}, expected ${b}`);
}

export function truthy(value, what) {
  if (!value) throw new Error(`${what} is ${JSON.stringify(value)}`);
}

// The Feishu code an SDK call ends with, thrown or returned.
export async function codeOf(call) {
  try {
    return (await call()).code;
  } catch (error) {
    if (error.response?.data?.code === undefined) throw error;
    return error.response.data.code;
  }
}

export async function post(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

// An authorization code, as if the person had approved on the page.
export async function codeFor(origin, user, wanted = scopes) {
  const answer = await post(`${origin}/sandbox/admin/approve`, {
    client_id: app.id, redirect_uri: redirectUri, scope: wanted.join(' '), user,
  });
  if (!answer.body.code) throw new Error(`no code: ${JSON.stringify(answer.body)}`);
  return answer.body.code;
}

export async function signIn(origin, user, wanted) {
  const code = await codeFor(origin, user, wanted);
  const answer = await post(`${origin}/open-apis/authen/v2/oauth/token`, {
    grant_type: 'authorization_code', client_id: app.id, client_secret: app.secret, code,
    redirect_uri: redirectUri,
  });
  if (answer.body.code !== 0) throw new Error(`no token: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export const limits = (origin, body) => post(`${origin}/sandbox/admin/limits`, body);
