'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { test } = require('node:test');
const { execFile, execFileSync } = require('node:child_process');
const { once } = require('node:events');
const { download, limits } = require('./download');
const { Job } = require('./testdata/job');

const bounds = { ...limits, idle: 2_000, pause: 1 };
const never = new AbortController().signal;

// fetched downloads from a server that answers so, and returns the text.
async function fetched(t, answer, { env = {}, limits = bounds, url } = {}) {
  const job = new Job(t);
  const asked = await job.serve(t, answer);
  const file = job.at('file');
  const done = download(url ?? `${job.env.GITHUB_SERVER_URL}/file`, file, env, never, limits);
  return { job, asked, file, done, text: () => done.then(() => fs.readFileSync(file, 'utf8')) };
}

test('redirects are followed, to other addresses too', async (t) => {
  const got = await fetched(t, (request, response) => {
    if (request.url === '/file') {
      response.writeHead(302, { Location: '/other?signature=x' }).end('moved');
    } else {
      response.end('content of ' + request.url);
    }
  });
  assert.equal(await got.text(), 'content of /other?signature=x');
});

for (const [what, headers, message] of [
  ['in circles', { Location: '/file' }, /leads from address to address/],
  ['to another scheme', { Location: 'ftp://127.0.0.1/file' }, /leads to an address that is not followed/],
  ['nowhere', {}, /answered with status 302/],
]) {
  test(`redirects ${what} end it, without another attempt`, async (t) => {
    const got = await fetched(t, (request, response) => response.writeHead(302, headers).end());
    await assert.rejects(got.done, message);
    assert.ok(got.asked.length <= limits.redirects + 1);
    assert.equal(fs.existsSync(got.file), false);
  });
}

test('a server that has a fault is asked again', async (t) => {
  let count = 0;
  const got = await fetched(t, (request, response) => (++count < 3 ? response.writeHead(503).end() : response.end('at last')));
  assert.equal(await got.text(), 'at last');
});

test('a file that comes to its end too soon is none', async (t) => {
  const got = await fetched(t, (request, response) => {
    response.writeHead(200, { 'Content-Length': '100' }).write('half', () => response.destroy());
  });
  await assert.rejects(got.done);
  assert.equal(got.asked.length, limits.attempts);
  assert.equal(fs.existsSync(got.file), false);
});

test('a file that is too large is given up', async (t) => {
  const got = await fetched(t, (request, response) => response.end('x'.repeat(100)), { limits: { ...bounds, bytes: 99 } });
  await assert.rejects(got.done, /larger than 99 bytes/);
  assert.equal(fs.existsSync(got.file), false);
});

test('a server that says nothing is given up, before and in the file', async (t) => {
  const quick = { ...bounds, idle: 50, attempts: 1 };
  const silent = await fetched(t, () => {}, { limits: quick });
  await assert.rejects(silent.done, /said nothing for 0\.05 s/);
  const stalled = await fetched(t, (request, response) => response.writeHead(200).write('half'), { limits: quick });
  await assert.rejects(stalled.done);
  assert.equal(fs.existsSync(stalled.file), false);
});

test('a server that goes on for ever is given up', async (t) => {
  const got = await fetched(t, (request, response) => {
    response.writeHead(200);
    const more = setInterval(() => response.write('x'), 5);
    response.on('close', () => clearInterval(more));
  }, { limits: { ...bounds, all: 100, attempts: 1 } });
  await assert.rejects(got.done, /did not send the file within 0\.1 s/);
  assert.equal(fs.existsSync(got.file), false);
});

test('a file that is there is not written over', async (t) => {
  const job = new Job(t);
  await job.serve(t, (request, response) => response.end('new'));
  fs.symlinkSync(job.write('precious', 'old'), job.at('file'));
  await assert.rejects(download(`${job.env.GITHUB_SERVER_URL}/`, job.at('file'), {}, never, { ...bounds, attempts: 1 }), { code: 'EEXIST' });
  assert.equal(fs.readFileSync(job.at('precious'), 'utf8'), 'old');
});

// proxy leads every tunnel to one port, and notes what it was asked.
async function proxy(t, port, { status = 200, server = http.createServer(), scheme = 'http' } = {}) {
  const asked = [];
  server.on('connect', (request, socket, head) => {
    asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\n\r\n`);
      return;
    }
    const there = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on('error', () => socket.destroy());
    socket.on('error', () => there.destroy());
  });
  server.listen(0, '127.0.0.1');
  t.after(() => { server.close(); server.closeAllConnections(); });
  await once(server, 'listening');
  return { url: `${scheme}://us%65r:p%40ss@127.0.0.1:${server.address().port}`, asked };
}

// certificateOf makes a certificate for release.invalid and for this machine.
function certificateOf(job) {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=release.invalid',
    '-addext', 'subjectAltName=DNS:release.invalid,IP:127.0.0.1', '-keyout', job.at('key'), '-out', job.at('certificate')], { stdio: 'pipe' });
  return { key: fs.readFileSync(job.at('key')), cert: fs.readFileSync(job.at('certificate')) };
}

// fetching downloads in a process of its own, since node reads what it trusts
// at its start.
function fetching(file, env) {
  const script = `require('./download').download('https://release.invalid/x', process.argv[1], process.env, new AbortController().signal,
    ${JSON.stringify({ ...bounds, attempts: 1 })}).catch((error) => { console.log(error.code); process.exitCode = 1; })`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['--eval', script, file], { cwd: __dirname, env }, (error, out) => resolve({ status: error ? error.code : 0, out }));
  });
}

const basic = 'Basic ' + Buffer.from('user:p@ss').toString('base64');

for (const scheme of ['http', 'https']) {
  test(`https goes through a tunnel of an ${scheme} proxy, and is checked at its end`, async (t) => {
    const job = new Job(t);
    const pair = certificateOf(job);
    const server = https.createServer(pair);
    await job.serve(t, (request, response) => response.end(`for ${request.headers.host}`), server);
    const { url, asked } = await proxy(t, server.address().port, { scheme, server: scheme === 'https' ? https.createServer(pair) : http.createServer() });
    const trusted = await fetching(job.at('file'), { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: job.at('certificate') });
    assert.deepEqual([trusted.status, fs.readFileSync(job.at('file'), 'utf8')], [0, 'for release.invalid']);
    fs.rmSync(job.at('file'));
    const stranger = await fetching(job.at('file'), { HTTPS_PROXY: url });
    assert.deepEqual([stranger.status, stranger.out, fs.existsSync(job.at('file'))], [1, 'DEPTH_ZERO_SELF_SIGNED_CERT\n', false]);
    // An https proxy that is not trusted is told nothing.
    const line = `release.invalid:443 ${basic}`;
    assert.deepEqual(asked, scheme === 'http' ? [line, line] : [line]);
  });
}

test('http is asked of the proxy itself', async (t) => {
  const job = new Job(t);
  const asked = [];
  await job.serve(t, (request, response) => {
    asked.push(`${request.url} ${request.headers.host} ${request.headers['proxy-authorization']}`);
    response.end('from the proxy');
  });
  const url = job.env.GITHUB_SERVER_URL.replace('//', '//user:p%40ss@');
  await download('http://release.invalid/x', job.at('file'), { http_proxy: url }, never, bounds);
  assert.equal(fs.readFileSync(job.at('file'), 'utf8'), 'from the proxy');
  assert.deepEqual(asked, [`http://release.invalid/x release.invalid ${basic}`]);
});

test('a proxy that refuses is named without its password', async (t) => {
  const { url } = await proxy(t, 1, { status: 407 });
  const job = new Job(t);
  await assert.rejects(download('https://release.invalid/x', job.at('file'), { https_proxy: url }, never, { ...bounds, attempts: 1 }), (error) => {
    assert.match(error.message, /^the proxy 127\.0\.0\.1:\d+ answered with status 407$/);
    return true;
  });
});
