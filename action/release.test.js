'use strict';

const assert = require('node:assert/strict');
const path = require('node:path');
const { test } = require('node:test');
const { parse, platform, program, read } = require('./release');

const sum = (c) => c.repeat(64);

const sums = [
  `${sum('1')}  awsvars-v1.2.3-darwin-arm64`,
  `${sum('2')}  awsvars-v1.2.3-darwin-arm64.cdx.json`,
  `${sum('3')}  awsvars-v1.2.3-image.tar`,
  `${sum('4')}  awsvars-v1.2.3-linux-amd64`,
  `${sum('5')} *awsvars-v1.2.3-windows-amd64.exe`,
  '',
].join('\n');

test('platforms have the names that Go gives them', () => {
  assert.deepEqual(platform('linux', 'x64'), { system: 'linux', architecture: 'amd64' });
  assert.deepEqual(platform('win32', 'arm64'), { system: 'windows', architecture: 'arm64' });
  assert.deepEqual(platform('darwin', 'arm64'), { system: 'darwin', architecture: 'arm64' });
  assert.deepEqual(platform('freebsd', 'ia32'), { system: 'freebsd', architecture: '386' });
  assert.equal(program('win32'), 'awsvars.exe');
  assert.equal(program('linux'), 'awsvars');
});

test('the file of the platform is found in the sums', () => {
  const on = (system, architecture) => parse(sums, { system, architecture });
  assert.deepEqual(on('linux', 'amd64'), { version: 'v1.2.3', asset: 'awsvars-v1.2.3-linux-amd64', sum: sum('4') });
  assert.deepEqual(on('windows', 'amd64'), { version: 'v1.2.3', asset: 'awsvars-v1.2.3-windows-amd64.exe', sum: sum('5') });
  assert.deepEqual(on('plan9', 'amd64'), { version: 'v1.2.3', asset: '', sum: '' });
});

test('a version may be one before a release', () => {
  const text = `${sum('a')}  awsvars-v1.0.0-rc.1-linux-amd64\n`;
  assert.equal(parse(text, { system: 'linux', architecture: 'amd64' }).version, 'v1.0.0-rc.1');
});

test('sums that say nothing, or two things, are refused', () => {
  const on = { system: 'linux', architecture: 'amd64' };
  for (const text of ['', 'nonsense\n', `${sum('A')}  awsvars-v1.2.3-linux-amd64\n`, `${sum('a')}  ../awsvars-v1.2.3-linux-amd64\n`]) {
    assert.throws(() => parse(text, on), /names no binary/);
  }
  assert.throws(() => parse(`${sums}${sum('6')}  awsvars-v1.2.4-linux-arm64\n`, on), /files of v1\.2\.3 and of v1\.2\.4/);
});

test('a commit without sums is none of a release', () => {
  assert.equal(read(path.join(__dirname, 'no', 'such')), null);
  assert.throws(() => read(__dirname), { code: 'EISDIR' });
});
