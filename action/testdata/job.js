'use strict';
// A job for the tests: a runner's folders, and a copy of the action in them.

const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const { platform, program } = require('../release');

const action = path.dirname(__dirname);
const version = 'v1.2.3';
const on = platform();
const asset = `awsvars-${version}-${on.system}-${on.architecture}` + (on.system === 'windows' ? '.exe' : '');

// binaryOf is a program that stands for awsvars: it tells its version, and how
// it was started.
function binaryOf(told, more = '') {
  return `#!/bin/sh
if [ "$1" = version ]; then echo "awsvars ${told} go1.26.0 linux/amd64"; exit; fi
echo "${told} ran $0 $*"
${more}
exit "\${STATUS:-0}"
`;
}

function sumOf(text) {
  return createHash('sha256').update(text).digest('hex');
}

class Job {
  constructor(t, released) {
    this.root = fs.mkdtempSync(path.join(os.tmpdir(), 'awsvars-job-'));
    t.after(() => fs.rmSync(this.root, { recursive: true, force: true }));
    for (const name of fs.readdirSync(action)) {
      if (/^[a-z]+\.js$|^package\.json$/.test(name)) {
        this.write(`source/action/${name}`, fs.readFileSync(path.join(action, name)));
      }
    }
    for (const name of ['temp', 'tools', 'path', 'workspace']) {
      fs.mkdirSync(this.at(name));
    }
    this.write('state', '');
    if (released !== undefined) {
      this.write('source/action/SHA256SUMS', `${sumOf(released)}  ${asset}\n`);
    }
    this.env = {
      PATH: this.at('path'), RUNNER_TEMP: this.at('temp'), RUNNER_TOOL_CACHE: this.at('tools'), GITHUB_WORKSPACE: this.at('workspace'),
      GITHUB_STATE: this.at('state'), GITHUB_ACTION_REPOSITORY: 'awsvars/awsvars', GITHUB_SERVER_URL: 'http://127.0.0.1:9',
    };
  }

  at(name) {
    return path.join(this.root, name);
  }

  write(name, content, mode = 0o644) {
    fs.mkdirSync(path.dirname(this.at(name)), { recursive: true });
    fs.writeFileSync(this.at(name), content, { mode });
    return this.at(name);
  }

  install(content) {
    return this.write('path/awsvars', content, 0o755);
  }

  // cached puts a binary into the tool cache.
  cached(content) {
    const file = this.write(`tools/awsvars/1.2.3/${process.arch}/${program()}`, content, 0o755);
    this.write(`tools/awsvars/1.2.3/${process.arch}.complete`, '');
    return file;
  }

  // start starts an entry of the action; end waits for it.
  start(entry = 'main', env = {}) {
    const child = spawn(process.execPath, [this.at(`source/action/${entry}.js`)], { env: { ...this.env, ...env }, cwd: this.at('workspace') });
    const run = { child, out: '', log: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => { run.out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { run.log += text; });
    run.end = once(child, 'close').then(([status]) => ({ ...run, status }));
    return run;
  }

  run(entry, env) {
    return this.start(entry, env).end;
  }

  // saved is what main told post.
  saved() {
    const text = fs.readFileSync(this.at('state'), 'utf8');
    return /^binary<<(\S+)\n(.*)\n\1\n$/.exec(text)?.[2] ?? '';
  }

  // left lists the files below the folders that outlive a step.
  left() {
    return ['temp', 'tools'].flatMap((name) => fs.readdirSync(this.at(name), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile()).map((entry) => entry.name));
  }

  // serve answers requests on loopback, and counts them.
  async serve(t, answer, server = http.createServer()) {
    const asked = [];
    server.on('request', (request, response) => {
      asked.push(request.url);
      answer(request, response);
    });
    server.listen(0, '127.0.0.1');
    t.after(() => { server.close(); server.closeAllConnections(); });
    await once(server, 'listening');
    this.env.GITHUB_SERVER_URL = `http://127.0.0.1:${server.address().port}`;
    return asked;
  }
}

module.exports = { Job, asset, binaryOf, sumOf, version };
