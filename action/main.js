'use strict';
// The step: finds the binary, and is the binary from there on, with its
// inputs, its output, its signals and its exit status.

const { find } = require('./binary');
const { fail } = require('./log');
const { save } = require('./state');
const { start, watch } = require('./start');

async function main() {
  const signals = watch(process);
  try {
    const binary = await find(process.env, signals.stopped);
    // Before the binary leaves anything behind.
    save(process.env, 'binary', binary);
    process.exitCode = await start(binary, [], signals);
  } catch (error) {
    fail(error);
    process.exitCode = signals.status() || 1;
  }
}

main();
