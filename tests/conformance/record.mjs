// Run the cases through @clerk/backend and record the outcomes.
//
//   node record.mjs INPUTS VECTORS
//
// INPUTS is a folder written by generate.py. Each group is written to VECTORS with an `expect` member
// per case. Time, network and timers are replaced, so that a recording depends only on its input.

import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [inputs, outputs] = process.argv.slice(2);
const tables = JSON.parse(readFileSync(join(inputs, 'tables.json'), 'utf8'));
const nameOfToken = new Map(Object.entries(tables.tokens).map(([name, text]) => [text, name]));

let now = 0;
let answer = () => {
  throw new Error('no case is running');
};
Date.now = () => now * 1000;
globalThis.setTimeout = callback => setImmediate(callback);
globalThis.fetch = (url, init) => answer(url, init);
for (const level of ['log', 'info', 'warn', 'error', 'debug']) console[level] = () => undefined;
for (const name of Object.keys(process.env)) {
  if (/^(CLERK|VERCEL|NEXT_PUBLIC_CLERK)/.test(name)) delete process.env[name];
}

const { createClerkClient } = await import('@clerk/backend');
const { constants, createClerkRequest, createRedirect, getAuthObjectForAcceptedToken } = await import(
  '@clerk/backend/internal'
);

// Placeholders: <<token:NAME>> and <<case>>; the latter gives every case its own secret key.

function fill(value, id) {
  const text = JSON.stringify(value).replace(/<<token:([^>]+)>>/g, (_, name) =>
    JSON.stringify(tables.tokens[JSON.parse(`"${name}"`)]).slice(1, -1),
  );
  return JSON.parse(text.replaceAll('<<case>>', id));
}

function unfill(value, id) {
  const replaced = (_, part) => (typeof part === 'string' ? nameTokens(part).replaceAll(id, '<<case>>') : part);
  return JSON.parse(JSON.stringify(value, replaced));
}

function nameTokens(text) {
  return text.replace(/[\w+-]+\.[\w+-]+\.[\w+-]*/g, part => {
    const name = nameOfToken.get(part);
    return name === undefined ? part : `<<token:${name}>>`;
  });
}

const camel = name => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const snake = name => name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`);

function optionsOf(testCase) {
  const { preset, ...over } = testCase.options;
  const merged = { ...tables.presets[preset], ...over };
  const options = {};
  for (const [name, value] of Object.entries(merged)) {
    if (value === null) continue;
    options[camel(name)] =
      name === 'organization_sync_options'
        ? Object.fromEntries(Object.entries(value).map(([key, patterns]) => [camel(key), patterns]))
        : value;
  }
  return fill(options, testCase.id);
}

function answering(testCase, calls) {
  const canned = [...(testCase.api ?? []), ...tables.api];
  return async (url, init = {}) => {
    const headers = new Headers(init.headers);
    const method = init.method ?? 'GET';
    const call = { method, url: String(url), authorization: headers.get('authorization') };
    if (init.body) call.body = JSON.parse(init.body);
    if (headers.get('clerk-api-version') !== tables.clerk_api_version) throw new Error('another API version');
    const same = calls.find(({ times, ...one }) => JSON.stringify(one) === JSON.stringify(call));
    if (same) same.times += 1;
    else calls.push({ ...call, times: 1 });
    const { pathname } = new URL(url);
    const found = canned.find(one => one[0] === method && one[1] === pathname);
    const given = typeof found?.[2] === 'string' ? tables.answers[found[2]] : found?.[2];
    if (!given || given.failure) throw new TypeError('fetch failed');
    const filled = fill(given, testCase.id);
    const body = 'json' in filled ? JSON.stringify(filled.json) : filled.text;
    return new Response(filled.status === 204 ? null : body, {
      status: filled.status,
      headers: { 'content-type': filled.type ?? 'application/json' },
    });
  };
}

function headersOf(headers) {
  return [...headers].map(([name, value]) => [name, name === constants.Headers.AuthMessage ? '*' : value]);
}

// The arguments of has(), in the order of tables.questions; the names of those that hold are recorded.
function answersOf(auth) {
  return Object.entries(tables.questions)
    .filter(([, question]) => auth.has(camelQuestion(question)))
    .map(([name]) => name);
}

function camelQuestion(question) {
  const { reverification } = question;
  if (reverification === null || typeof reverification !== 'object') return question;
  return { ...question, reverification: { level: reverification.level, afterMinutes: reverification.after_minutes } };
}

function authOf(auth) {
  const kept = {};
  for (const name of tables.auth_attributes) {
    const value = auth[camel(name)];
    if (value !== null && value !== undefined) kept[name] = value;
  }
  const yes = answersOf(auth);
  if (yes.length) kept.has = yes;
  return kept;
}

function secretsShownBy(auth, options, token) {
  const shown = JSON.stringify(auth.debug());
  const secrets = {
    secret_key: options.secretKey,
    machine_secret_key: options.machineSecretKey,
    jwt_key: options.jwtKey && JSON.stringify(options.jwtKey).slice(1, -1),
    token,
  };
  return Object.entries(secrets).filter(([, text]) => text && shown.includes(text)).map(([name]) => name);
}

function redirectOf(testCase, state, request, options) {
  const { clerkUrl, cookies } = createClerkRequest(request);
  const { to, back } = testCase.redirect;
  const devBrowserToken =
    clerkUrl.searchParams.get(constants.QueryParameters.DevBrowser) || cookies.get(constants.Cookies.DevBrowser);
  const redirects = createRedirect({
    ...options,
    devBrowserToken,
    baseUrl: clerkUrl.toString(),
    sessionStatus: state.toAuth()?.sessionStatus,
    redirectAdapter: url => url,
  });
  const returnBackUrl = back ?? clerkUrl.toString();
  return to === 'sign-in' ? redirects.redirectToSignIn({ returnBackUrl }) : redirects.redirectToSignUp({ returnBackUrl });
}

async function decide(testCase) {
  const options = optionsOf(testCase);
  const { method = 'GET', url, headers = [] } = fill(
    { method: testCase.method, url: testCase.url, headers: testCase.headers },
    testCase.id,
  );
  const fields = new Headers();
  for (const [name, value] of headers) fields.append(name, value);
  const request = new Request(url, { method, headers: fields });
  const clerk = createClerkClient({ ...options, telemetry: { disabled: true } });
  const accepts = testCase.accepts === undefined ? {} : { acceptsToken: testCase.accepts };
  const state = await clerk.authenticateRequest(request, { ...options, ...accepts });
  const outcome = {
    status: state.status,
    reason: state.reason,
    message: Boolean(state.message),
    headers: headersOf(state.headers),
    ...(state.token === null ? {} : { token: state.token }),
    token_type: state.tokenType,
    is_authenticated: state.isAuthenticated,
  };
  const auth = state.toAuth();
  if (auth) {
    outcome.auth = authOf(auth);
    const shown = secretsShownBy(auth, options, state.token);
    if (shown.length) outcome.debug_shows = shown;
  }
  if (auth?.sessionStatus === 'pending') outcome.pending = authOf(state.toAuth({ treatPendingAsSignedOut: false }));
  for (const acceptsToken of testCase.auth_for ?? []) {
    outcome.auth_for ??= [];
    outcome.auth_for.push(authOf(getAuthObjectForAcceptedToken({ authObject: auth, acceptsToken })));
  }
  if (testCase.redirect) outcome.redirect = redirectOf(testCase, state, request, options);
  return outcome;
}

async function record(testCase) {
  const calls = [];
  now = testCase.now ?? tables.now;
  answer = answering(testCase, calls);
  let outcome;
  try {
    outcome = await decide(testCase);
  } catch (error) {
    outcome = { threw: error.constructor.name };
  }
  if (calls.length) outcome.calls = calls.map(({ times, ...call }) => (times > 1 ? { ...call, times } : call));
  return unfill(outcome, testCase.id);
}

function lines(cases) {
  return `[\n${cases.map(one => JSON.stringify(one)).join(',\n')}\n]\n`;
}

mkdirSync(outputs, { recursive: true });
copyFileSync(join(inputs, 'tables.json'), join(outputs, 'tables.json'));
for (const file of readdirSync(inputs).sort()) {
  if (file === 'tables.json') continue;
  const cases = JSON.parse(readFileSync(join(inputs, file), 'utf8'));
  const recorded = [];
  for (const testCase of cases) recorded.push({ ...testCase, expect: await record(testCase) });
  writeFileSync(join(outputs, file), lines(recorded));
}
