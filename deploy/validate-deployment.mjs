#!/usr/bin/env node
// Asks a deployment, as its users do, for what it is there for, and says what does not hold. Nothing but Node 20 is needed:
//
//   node deploy/validate-deployment.mjs https://sigmalang.example.org --key-file=admin.key [--management=http://host:9090] [--version=1.2.3] [--skip=search,…]
//
// The key needs the role `admin` or `developer`. What is written is a collection of its own, removed at the end. Exits with 0 if all
// holds, with 1 if something does not, with 2 if it was called wrongly.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { parseArgs } from 'node:util';

const USAGE = 'usage: validate-deployment.mjs <url> [--key-file=<file>] [--management=<url>] [--version=<version>] [--skip=<check>,…] [--timeout-ms=10000]';
const CERTIFICATE_DAYS = 21;
const TEXT = 'ΣLANG: Grüße, 世界 🌍';

const { url, key, management, version, skipped, timeoutMs } = readArguments();

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        'key-file': { type: 'string' },
        management: { type: 'string' },
        version: { type: 'string' },
        skip: { type: 'string', default: '' },
        'timeout-ms': { type: 'string', default: '10000' },
      },
    });
    if (positionals.length !== 1) throw new Error('one URL is needed');
    const timeout = Number(values['timeout-ms']);
    if (!Number.isInteger(timeout) || timeout < 1) throw new Error('--timeout-ms must be a whole number of milliseconds');
    const file = values['key-file'];
    return {
      url: new URL(positionals[0]).href.replace(/\/$/, ''),
      key: file === undefined ? process.env.SIGMALANG_KEY : readFileSync(file, 'utf8').trim(),
      management: values.management?.replace(/\/$/, ''),
      version: values.version,
      skipped: new Set(values.skip.split(',').filter(Boolean)),
      timeoutMs: timeout,
    };
  } catch (error) {
    console.error(`${error.message}\n${USAGE}`);
    process.exit(2);
  }
}

/** An answer: status, headers and body, read as JSON where it is JSON. */
async function ask(target, { method = 'GET', body, isAnonymous = false } = {}) {
  // What is kept of earlier answers would say nothing of those who have to answer now.
  const headers = { 'cache-control': 'no-store', ...(key && !isAnonymous && { 'x-api-key': key }), ...(body && { 'content-type': 'application/json' }) };
  const response = await fetch(target, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(timeoutMs), redirect: 'manual' });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** The body of an answer to a request that has to succeed. */
async function call(path, options) {
  const { status, body } = await ask(`${url}/v1/${path}`, options);
  if (status < 200 || status > 299) throw new Error(`/v1/${path} answered ${status} ${body.code ?? ''}: ${body.detail ?? ''}`);
  return body;
}

const post = (path, body) => call(path, { method: 'POST', body });

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** What is checked, by the name that --skip knows; each tells what it saw. */
const checks = {
  async ready() {
    const { status } = await ask(`${url}/health/ready`, { isAnonymous: true });
    expect(status === 200, `/health/ready answered ${status}`);
    return 'takes requests';
  },
  async info() {
    const { version: running, services } = await call('info');
    const away = services.filter(({ ready }) => !ready).map(({ name }) => name);
    expect(away.length === 0, `not ready: ${away.join(', ')}`);
    expect(version === undefined || running === version, `runs ${running}, not ${version}`);
    return `version ${running}, ${services.length} services ready`;
  },
  async identity() {
    const { status, body } = await ask(`${url}/v1/encode`, { method: 'POST', body: { text: TEXT }, isAnonymous: true });
    expect(status === 401 && body.code === 'UNAUTHENTICATED', `a caller without a key got ${status}: AUTH_MODE must not be off`);
    return 'nobody gets in without a key';
  },
  async headers() {
    const { headers } = await ask(`${url}/v1/info`);
    expect(headers.get('x-content-type-options') === 'nosniff', 'no X-Content-Type-Options: something in between removes headers');
    if (url.startsWith('https:')) expect(headers.has('strict-transport-security'), 'no Strict-Transport-Security');
    expect(headers.has('x-request-id'), 'no X-Request-Id');
    return 'security headers and request id arrive';
  },
  async limits() {
    const { headers } = await ask(`${url}/v1/info`);
    const policy = headers.get('ratelimit-policy');
    expect(policy, 'no header tells of a rate limit: RATE_LIMIT_ENABLED must not be false');
    return policy;
  },
  async certificate() {
    if (!url.startsWith('https:')) return 'not asked: no TLS at this address';
    const { hostname, port } = new URL(url);
    const expiry = await certificateExpiry(hostname, Number(port || 443));
    const days = Math.floor((expiry - Date.now()) / 86_400_000);
    expect(days >= CERTIFICATE_DAYS, `the certificate ends in ${days} days`);
    return `good for ${days} days`;
  },
  async encode() {
    const [{ vectors }] = (await post('encode', { text: TEXT })).results;
    const [{ text, exact }] = (await post('decode', { vectors })).results;
    expect(text === TEXT && exact, 'the decoded text is not the encoded one');
    return 'a text decodes to itself, certified';
  },
  async embeddings() {
    const { data } = await post('embeddings', { input: ['a small cat', 'a little kitten', 'the price of oil'] });
    const [a, b, c] = data.map(({ embedding }) => embedding);
    expect(cosine(a, b) > cosine(a, c), 'a kitten is not nearer to a cat than oil is');
    return `${a.length} numbers, nearer for what means the same`;
  },
  async analogies() {
    const { answer, confidence } = await post('analogies/solve', { query: 'France:Paris::Japan:?' });
    expect(answer === 'Tokyo', `France : Paris :: Japan : ${answer}`);
    return `France : Paris :: Japan : Tokyo, ${(confidence * 100).toFixed(0)} % sure`;
  },
  async search() {
    const name = `validation-${randomUUID()}`;
    await call(`collections/${name}`, { method: 'PUT', body: { description: 'Made by a validation, and removed by it' } });
    try {
      const documents = [{ id: 'cat', text: 'A cat sleeps on the sofa.' }, { id: 'ship', text: 'The ship left the harbour at dawn.' }];
      await call(`collections/${name}/documents`, { method: 'PUT', body: { documents } });
      for (const mode of ['keyword', 'semantic', 'hybrid']) {
        const { results } = await post('search', { collection: name, query: 'harbour ship', mode, topK: 1 });
        expect(results[0]?.id === 'ship', `${mode} search does not find what was just written`);
      }
    } finally {
      await call(`collections/${name}`, { method: 'DELETE' });
    }
    return 'a document is found as soon as it is written, and is gone with its collection';
  },
  async errors() {
    const { status, body, headers } = await ask(`${url}/v1/encode`, { method: 'POST', body: { text: 7 } });
    expect(status === 400 && headers.get('content-type')?.startsWith('application/problem+json'), `a wrong request got ${status}`);
    expect(body.requestId, 'a problem without a request id');
    return 'a wrong request gets a problem with its request id';
  },
  async secrecy() {
    const { status } = await ask(`${url}/metrics`, { isAnonymous: true });
    expect(status !== 200, '/metrics is served to the public: the management port must not be published');
    return 'metrics are not served to the public';
  },
  async metrics() {
    if (!management) return 'not asked: no --management';
    const { status, body } = await ask(`${management}/metrics`, { isAnonymous: true });
    expect(status === 200 && String(body).includes('sigmalang_requests_total'), `${management}/metrics answered ${status}`);
    return 'the management port exports metrics';
  },
};

function certificateExpiry(host, port) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: host, timeout: timeoutMs }, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to));
      socket.end();
    });
    socket.on('timeout', () => socket.destroy(new Error('no answer in time')));
    socket.on('error', reject);
  });
}

function cosine(a, b) {
  const dot = (x, y) => x.reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const unknown = [...skipped].filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`there is no check ${unknown.join(', ')}; the checks are ${Object.keys(checks).join(', ')}\n${USAGE}`);
  process.exit(2);
}
let failures = 0;
for (const [name, check] of Object.entries(checks)) {
  if (skipped.has(name)) {
    console.log(`skipped  ${name}`);
    continue;
  }
  const started = performance.now();
  try {
    const seen = await check();
    console.log(`ok       ${name.padEnd(12)} ${(performance.now() - started).toFixed(0).padStart(6)} ms  ${seen}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED   ${name.padEnd(12)} ${(performance.now() - started).toFixed(0).padStart(6)} ms  ${error.cause?.code ?? ''}${error.message}`);
  }
}
console.log(failures === 0 ? 'the deployment holds' : `${failures} of ${Object.keys(checks).length - skipped.size} checks failed`);
process.exitCode = failures === 0 ? 0 : 1;
