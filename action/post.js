'use strict';
// The post step, at the end of the job: has the binary take back what the
// step left. What is left to do is no reason for a job to fail.

const fs = require('node:fs');
const { say, warn } = require('./log');
const { start, watch } = require('./start');

async function post() {
  const binary = process.env.STATE_binary;
  if (!binary) {
    say('cleanup', 'nothing to do: this step started no awsvars');
    return;
  }
  if (!fs.existsSync(binary)) {
    warn('cleanup', `not done: ${binary} is gone`);
    return;
  }
  const signals = watch(process);
  try {
    const status = await start(binary, ['post'], signals);
    process.exitCode = signals.status();
    if (status !== 0 && !process.exitCode) {
      warn('cleanup', `not all of it was done: awsvars post ended with status ${status}`);
    }
  } catch (error) {
    warn('cleanup', `not done: ${error.message}`);
  }
}

post();
