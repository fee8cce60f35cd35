'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Job, binaryOf, version } = require('./testdata/job');

test('post starts the binary that main started', async (t) => {
  const job = new Job(t);
  const file = job.install(binaryOf(version));
  await job.run('main');
  const run = await job.run('post', { STATE_binary: job.saved(), PATH: '' });
  assert.deepEqual([run.status, run.out, run.log], [0, `v1.2.3 ran ${file} post\n`, '']);
});

test('where main found no binary there is nothing to do', async (t) => {
  const run = await new Job(t).run('post');
  assert.deepEqual([run.status, run.out, run.log], [0, '', 'cleanup   nothing to do: this step started no awsvars\n']);
});

test('what is left to do is a warning, and no failure of the job', async (t) => {
  const job = new Job(t);
  const file = job.install(binaryOf(version));
  let run = await job.run('post', { STATE_binary: file, STATUS: '6' });
  assert.equal(run.log, 'cleanup   not all of it was done: awsvars post ended with status 6\n::warning::awsvars: not all of it was done: awsvars post ended with status 6\n');
  assert.equal(run.status, 0);
  run = await job.run('post', { STATE_binary: job.at('gone') });
  assert.match(run.log, /^cleanup {3}not done: \S+\/gone is gone\n::warning::/);
  assert.equal(run.status, 0);
});
