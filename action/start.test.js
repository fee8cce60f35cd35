'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { once } = require('node:events');
const { Job, binaryOf, version } = require('./testdata/job');

// waiting is a binary that runs until a signal comes.
const waiting = `
trap 'echo got INT; exit 41' INT
trap 'echo got TERM; exit 42' TERM
echo ready
while :; do /bin/sleep 0.1 & wait $!; done`;

for (const [signal, status] of [['SIGINT', 41], ['SIGTERM', 42]]) {
  test(`${signal} is the binary's, and so is what it makes of it`, async (t) => {
    const job = new Job(t);
    job.install(binaryOf(version, waiting));
    const run = job.start();
    while (!run.out.includes('ready')) {
      await once(run.child.stdout, 'data');
    }
    run.child.kill(signal);
    const ended = await run.end;
    assert.match(ended.out, new RegExp(`got ${signal.slice(3)}\n$`));
    assert.equal(ended.status, status);
  });
}

test('a binary that is killed gives the status that a shell gives it', async (t) => {
  const job = new Job(t);
  job.install(binaryOf(version, 'kill -9 $$'));
  assert.equal((await job.run('main')).status, 137);
});

test('a signal ends a download, and nothing is left', async (t) => {
  const job = new Job(t, binaryOf(version));
  const begun = Promise.withResolvers();
  await job.serve(t, (request, response) => {
    response.writeHead(200, { 'Content-Length': '1000' }).write('#!/bin/sh\n', begun.resolve);
  });
  const run = job.start();
  await begun.promise;
  run.child.kill('SIGTERM');
  const ended = await run.end;
  assert.match(ended.log, /^error: interrupted by SIGTERM$/m);
  assert.deepEqual([ended.status, ended.out, job.left(), job.saved()], [143, '', [], '']);
});

test('a file that cannot be started is told', async (t) => {
  const job = new Job(t);
  const file = job.install('#!/no/such/program\n');
  const run = await job.run('main');
  assert.match(run.log, new RegExp(`^error: starting ${file}: .*ENOENT`, 'm'));
  assert.equal(run.status, 1);
});
