'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { folder, keep } = require('./toolcache');

test('a binary whose marker cannot be written is kept as long as the job', async (t) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'awsvars-test-'));
  t.after(() => fs.rmSync(dir, { recursive: true }));
  const env = { RUNNER_TOOL_CACHE: path.join(dir, 'cache'), RUNNER_TEMP: path.join(dir, 'temp') };
  const release = { version: 'v1.2.3' };
  // Not even root can write a file where a folder is.
  fs.mkdirSync(`${folder(env.RUNNER_TOOL_CACHE, release.version)}.complete`, { recursive: true });
  const file = path.join(dir, 'downloaded');
  fs.writeFileSync(file, 'the binary');
  const kept = await keep(env, release, file);
  assert.ok(kept.startsWith(env.RUNNER_TEMP), kept);
  assert.equal(fs.readFileSync(kept, 'utf8'), 'the binary');
});
