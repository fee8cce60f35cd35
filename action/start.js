'use strict';
// Starts the binary in our place: its files are ours, our signals are its, and
// so is the exit status.

const os = require('node:os');
const { spawn } = require('node:child_process');

// signals are those that GitHub's runner sends to a job that is cancelled.
const signals = ['SIGINT', 'SIGTERM'];

// watch takes the signals of a process. Before a child is started they stop
// what is being done; then they are the child's.
function watch(host) {
  const stop = new AbortController();
  let child;
  let received;
  for (const signal of signals) {
    host.on(signal, () => {
      received ??= signal;
      if (!child) {
        stop.abort(new Error(`interrupted by ${signal}`));
      } else if (process.platform !== 'win32') {
        // Windows tells every process of the console by itself, and a kill there
        // is none that a program could answer.
        child.kill(signal);
      }
    });
  }
  return {
    stopped: stop.signal,
    status: () => (received ? 128 + os.constants.signals[received] : 0),
    passTo: (started) => { child = started; },
  };
}

// start runs the binary and returns its exit status.
function start(binary, words, watched) {
  return new Promise((resolve, reject) => {
    watched.stopped.throwIfAborted();
    const child = spawn(binary, words, { stdio: 'inherit', shell: false, windowsHide: true });
    watched.passTo(child);
    child.once('error', (error) => reject(new Error(`starting ${binary}: ${error.message}`)));
    child.once('exit', (status, signal) => resolve(signal ? 128 + os.constants.signals[signal] : status));
  });
}

module.exports = { start, watch };
