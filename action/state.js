'use strict';
// What main tells post, through the file of the runner.

const fs = require('node:fs');
const os = require('node:os');
const { randomUUID } = require('node:crypto');

// save keeps a value for the post step, which has it in STATE_<name>
// (docs.github.com, "Workflow commands", sending values to the post actions).
function save(env, name, value) {
  if (!env.GITHUB_STATE) {
    return;
  }
  const end = `awsvars_${randomUUID()}`;
  try {
    fs.appendFileSync(env.GITHUB_STATE, `${name}<<${end}${os.EOL}${value}${os.EOL}${end}${os.EOL}`);
  } catch (error) {
    throw new Error(`telling the post step what to take back: ${error.message}`);
  }
}

module.exports = { save };
