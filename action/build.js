'use strict';
// Builds the binary with Go, from the action's own source.

const fs = require('node:fs');
const path = require('node:path');
const { createHash } = require('node:crypto');
const { execFile } = require('node:child_process');
const { hinted, say } = require('./log');
const { program } = require('./release');

// build returns the binary. It is kept as long as the job: a second step finds
// it, and Go itself tells that nothing has changed.
async function build(env, go, source, stopped) {
  if (!env.RUNNER_TEMP) {
    throw hinted('building awsvars: RUNNER_TEMP is not set', 'a runner of GitHub sets it to a folder of the job');
  }
  const key = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const dir = path.join(env.RUNNER_TEMP, `awsvars-${key}`);
  const binary = path.join(dir, program());
  await fs.promises.mkdir(dir, { recursive: true });
  const begun = Date.now();
  await run(go, ['build', '-trimpath', '-buildvcs=false', '-o', binary, './cmd/awsvars'], { cwd: source, env: environment(env), signal: stopped });
  say('binary', `built with ${go} in ${((Date.now() - begun) / 1000).toFixed(1)} s: ${binary}`);
  return binary;
}

// environment is what Go needs: not the step's inputs and tokens, and not what
// a job sets to build something else for somewhere else.
function environment(env) {
  const other = /^(INPUT_|ACTIONS_|AWS_|AWSVARS_|STATE_|GOOS$|GOARCH$|GOFLAGS$|GOEXPERIMENT$|CGO_)/;
  const kept = Object.entries(env).filter(([name]) => !other.test(name.toUpperCase()));
  return { ...Object.fromEntries(kept), CGO_ENABLED: '0', GOWORK: 'off' };
}

function run(go, words, options) {
  return new Promise((resolve, reject) => {
    execFile(go, words, { ...options, maxBuffer: 16 << 20, windowsHide: true }, (error, stdout, stderr) => {
      if (!error) {
        resolve();
        return;
      }
      if (options.signal.aborted) {
        reject(options.signal.reason);
        return;
      }
      const told = stderr.trim().split('\n').slice(-3).join('; ') || error.message;
      reject(hinted(`building awsvars with ${go}: ${told}`, 'the file go.mod of the action says which Go it needs; or put a binary of awsvars into PATH'));
    });
  });
}

module.exports = { build, environment };
