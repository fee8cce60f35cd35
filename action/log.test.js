'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { spawnSync } = require('node:child_process');
const { line } = require('./log');

test('text from outside starts no command of the runner', () => {
  assert.equal(line('a\n::stop-commands::x\r\u2028\u0085\u007f'), 'a\\u000a::stop-commands::x\\u000d\\u2028\\u0085\\u007f');
  assert.equal(line('##[stop-commands]x'), '## [stop-commands]x');
  assert.equal(line('größer → 1'), 'größer → 1');
});

test('an error is two lines and one annotation', () => {
  const script = `const { fail, hinted, warn } = require('./log'); fail(hinted('100%\\n::x::', 'do\\nthat')); warn('cleanup', 'a\\nb')`;
  const { stderr, stdout } = spawnSync(process.execPath, ['--eval', script], { cwd: __dirname, encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(stderr, [
    'error: 100%\\u000a::x::',
    'hint: do\\u000athat',
    '::error::100%25\\u000a::x::%0Ahint: do\\u000athat',
    'cleanup   a\\u000ab',
    '::warning::awsvars: a\\u000ab',
    '',
  ].join('\n'));
});
