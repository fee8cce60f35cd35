'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { Job, asset, binaryOf, sumOf, version } = require('./testdata/job');

test('the input binary is taken as it is, and its status is ours', async (t) => {
  const job = new Job(t, 'another');
  // A shell drops a variable with a dash in its name.
  const file = job.write('workspace/bin/mine', `#!${process.execPath}\nconsole.log(process.argv[1], process.env.INPUT_TASK, process.env['INPUT_ROLE-ARN']);\nprocess.exitCode = 7;\n`, 0o755);
  job.install(binaryOf(version));
  const run = await job.run('main', { INPUT_BINARY: ' bin/mine\n', INPUT_TASK: 'sts', 'INPUT_ROLE-ARN': 'arn' });
  assert.equal(run.log, `binary    by the input binary: ${file}\n`);
  assert.equal(run.out, `${file} sts arn\n`);
  assert.equal(run.status, 7);
  assert.equal(job.saved(), file);
});

test('an input that names no program ends the step', async (t) => {
  const job = new Job(t);
  job.install(binaryOf(version));
  job.write('workspace/text', 'x');
  for (const [given, problem] of [['none', 'there is no such file'], ['text', 'permission denied'], ['.', 'it is no file']]) {
    const run = await job.run('main', { INPUT_BINARY: given });
    assert.match(run.log, new RegExp(`^error: finding awsvars: the input binary names \\S+: .*${problem}`));
    assert.match(run.log, /^hint: name the path of awsvars, or leave the input out\n::error::finding awsvars/m);
    assert.deepEqual([run.status, run.out, job.saved()], [1, '', '']);
  }
  const hostile = await job.run('main', { INPUT_BINARY: 'x\n::stop-commands::y\r##[z]' });
  assert.doesNotMatch(hostile.log, /^::stop|\r|##\[/m);
  assert.equal(hostile.status, 1);
});

test('a step whose post step cannot be told anything does nothing', async (t) => {
  const job = new Job(t);
  job.install(binaryOf(version));
  const run = await job.run('main', { GITHUB_STATE: job.at('no/such') });
  assert.match(run.log, /^error: telling the post step what to take back: ENOENT/m);
  assert.deepEqual([run.status, run.out], [1, '']);
});

test('without a release any awsvars in PATH serves, but none of the checkout', async (t) => {
  const job = new Job(t);
  job.write('workspace/awsvars', binaryOf('evil'), 0o755);
  const file = job.install(binaryOf('development'));
  const run = await job.run('main', { PATH: `:.:${job.at('none')}:${job.at('path')}` });
  assert.equal(run.log, `binary    in PATH: ${file}\n`);
  assert.equal(run.out, `development ran ${file} \n`);
});

test('an action of a release takes its own version from PATH', async (t) => {
  const job = new Job(t, 'released');
  const file = job.install(binaryOf(version));
  const run = await job.run('main');
  assert.equal(run.log, `binary    in PATH: ${file}, v1.2.3\n`);
  assert.equal(run.status, 0);
});

test('another version in PATH is passed over', async (t) => {
  const released = binaryOf(version);
  const job = new Job(t, released);
  const cached = job.cached(released);
  for (const [other, is] of [[binaryOf('v1.2.4'), 'v1.2.4'], ['#!/bin/sh\necho hello\n', 'of no known version'], ['#!/bin/sh\nexit 3\n', 'of no known version']]) {
    const file = job.install(other);
    const run = await job.run('main');
    assert.equal(run.log, `binary    in PATH: ${file} is ${is}, and this action is v1.2.3: not taken\n` +
      `binary    in the tool cache: ${cached}, v1.2.3, SHA-256 as released\n`);
    assert.equal(run.out, `v1.2.3 ran ${cached} \n`);
  }
});

test('a changed file in the tool cache ends the step, and is not run', async (t) => {
  const job = new Job(t, binaryOf(version));
  const cached = job.cached(binaryOf('evil'));
  const run = await job.run('main');
  assert.match(run.log, new RegExp(`^error: checking ${cached}: its SHA-256 is ${sumOf(binaryOf('evil'))}, and that of ${asset} is ${sumOf(binaryOf(version))}; nothing was run$`, 'm'));
  assert.match(run.log, /^hint: something has changed it/m);
  assert.deepEqual([run.status, run.out, job.saved()], [1, '', '']);
});

test('the release is downloaded once, and kept in the tool cache', async (t) => {
  const released = binaryOf(version);
  const job = new Job(t, released);
  const cached = job.cached('half of a file');
  // Whoever wrote it was killed before the marker.
  fs.rmSync(job.at(`tools/awsvars/1.2.3/${process.arch}.complete`));
  const asked = await job.serve(t, (request, response) => response.end(released));
  const first = await job.run('main');
  const url = `${job.env.GITHUB_SERVER_URL}/awsvars/awsvars/releases/download/v1.2.3/${asset}`;
  assert.equal(first.log, `binary    not in PATH\nbinary    v1.2.3 is not in the tool cache\ndownload  ${url}, SHA-256 as released\nbinary    kept as ${cached}\n`);
  const second = await job.run('main');
  assert.match(second.log, /in the tool cache/);
  for (const run of [first, second]) {
    assert.deepEqual([run.status, run.out], [0, `v1.2.3 ran ${cached} \n`]);
  }
  assert.deepEqual(asked, [`/awsvars/awsvars/releases/download/v1.2.3/${asset}`]);
  assert.deepEqual(job.left().sort(), ['awsvars', `${process.arch}.complete`].sort());
});

test('a tool cache on another disk gets a copy', async (t) => {
  const other = '/dev/shm';
  const job = new Job(t, binaryOf(version));
  if (!fs.existsSync(other) || fs.statSync(other).dev === fs.statSync(job.root).dev) {
    t.skip('there is one disk only');
    return;
  }
  const tools = fs.mkdtempSync(`${other}/awsvars-tools-`);
  t.after(() => fs.rmSync(tools, { recursive: true }));
  await job.serve(t, (request, response) => response.end(binaryOf(version)));
  const run = await job.run('main', { RUNNER_TOOL_CACHE: tools });
  const dir = `${tools}/awsvars/1.2.3`;
  assert.deepEqual([run.status, run.out], [0, `v1.2.3 ran ${dir}/${process.arch}/awsvars \n`]);
  assert.deepEqual([fs.readdirSync(`${dir}/${process.arch}`), job.left()], [['awsvars'], []]);
});

test('without a tool cache the binary lasts as long as the job', async (t) => {
  const released = binaryOf(version);
  const job = new Job(t, released);
  const asked = await job.serve(t, (request, response) => response.end(released));
  job.write('blocked', '');
  for (const env of [{ RUNNER_TOOL_CACHE: '' }, { RUNNER_TOOL_CACHE: job.at('blocked') }]) {
    const run = await job.run('main', env);
    assert.deepEqual([run.status, run.out], [0, `v1.2.3 ran ${job.at(`temp/awsvars/1.2.3/${process.arch}/awsvars`)} \n`]);
  }
  assert.equal(asked.length, 1);
});

test('a download with another sum ends the step: nothing is run or left', async (t) => {
  const job = new Job(t, binaryOf(version));
  job.write('path/go', '#!/bin/sh\necho built >&2\n', 0o755);
  job.write('source/go.mod', '');
  await job.serve(t, (request, response) => response.end(binaryOf('evil')));
  const run = await job.run('main');
  assert.match(run.log, new RegExp(`^error: checking http://\\S+: its SHA-256 is ${sumOf(binaryOf('evil'))}, and ${sumOf(binaryOf(version))} was released; nothing was run$`, 'm'));
  assert.deepEqual([run.status, run.out, job.saved(), job.left()], [1, '', '', []]);
  assert.doesNotMatch(run.log, /built/);
});

test('what cannot be had is an error that says all that was tried', async (t) => {
  const job = new Job(t, binaryOf(version));
  await job.serve(t, (request, response) => response.writeHead(404).end());
  let run = await job.run('main');
  assert.match(run.log, /^error: finding awsvars: it is not in PATH, and there is no Go to build it with; downloading http:\S+: 127\.0\.0\.1:\d+ answered with status 404$/m);
  assert.match(run.log, /^hint: install Go before this step/m);
  assert.deepEqual([run.status, job.left()], [1, []]);
  run = await job.run('main', { GITHUB_ACTION_REPOSITORY: '' });
  assert.match(run.log, /the repository of the action is not known, since the step uses it from the checkout/);
  assert.equal(run.status, 1);
});

test('a platform without a binary is built for', async (t) => {
  const job = new Job(t);
  job.write('source/action/SHA256SUMS', `${sumOf('x')}  awsvars-v1.2.3-plan9-386\n`);
  const run = await job.run('main');
  assert.match(run.log, /^release   v1\.2\.3 has no binary for \w+\/\w+$/m);
});

// go is a program that stands for Go: it notes how it is called, and what it
// builds says so.
const go = `#!/bin/sh
echo "$PWD $*" >>"$NOTES"
/usr/bin/env >"$NOTES.env"
[ -z "$BROKEN" ] || { echo "# awsvars" >&2; echo "no such package" >&2; exit 1; }
while [ "$1" != -o ]; do shift; done
printf '#!/bin/sh\\necho built "$@"\\n' >"$2"
/bin/chmod 755 "$2"
`;

test('without a release it is built from the source of the action', async (t) => {
  const job = new Job(t);
  job.write('path/go', go, 0o755);
  job.write('source/go.mod', '');
  const env = { NOTES: job.at('notes'), 'INPUT_SECRET-ACCESS-KEY': 's3cret', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 's3cret', AWS_SESSION_TOKEN: 's3cret', GOOS: 'plan9', GOFLAGS: '-mod=vendor', GOPROXY: 'off', HOME: job.root };
  for (let i = 0; i < 2; i++) {
    const run = await job.run('main', env);
    assert.match(run.log, /^binary {4}not in PATH\nrelease {3}none: .*\nbinary {4}built with \S+\/path\/go in \d+\.\d s: \S+\/awsvars\n$/);
    assert.deepEqual([run.status, run.out], [0, 'built\n']);
  }
  const calls = fs.readFileSync(job.at('notes'), 'utf8').trim().split('\n');
  assert.match(calls[0], /^\S+\/source build -trimpath -buildvcs=false -o \S+\/temp\/awsvars-[0-9a-f]{16}\/awsvars \.\/cmd\/awsvars$/);
  // Go itself tells that what is there is current.
  assert.equal(calls[1], calls[0]);
  const seen = fs.readFileSync(job.at('notes.env'), 'utf8');
  assert.match(seen, /^CGO_ENABLED=0$/m);
  assert.match(seen, /^GOPROXY=off$/m);
  assert.doesNotMatch(seen, /s3cret|plan9|vendor/);
});

test('a build that fails says what Go said last', async (t) => {
  const job = new Job(t);
  job.write('path/go', go, 0o755);
  job.write('source/go.mod', '');
  const run = await job.run('main', { NOTES: job.at('notes'), BROKEN: '1' });
  assert.match(run.log, /^error: building awsvars with \S+\/go: # awsvars; no such package\nhint: the file go\.mod/m);
  assert.equal(run.status, 1);
});
