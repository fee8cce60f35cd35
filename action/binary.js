'use strict';
// Where the binary comes from. Each place that is looked at is a line of the
// log.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFile } = require('node:child_process');
const { hinted, say } = require('./log');
const releases = require('./release');
const toolcache = require('./toolcache');

// find returns the path of the binary.
async function find(env, stopped, release = releases.read(), source = path.dirname(__dirname)) {
  const given = fromInput(env) || await inPath(env, release, stopped);
  if (given) {
    return given;
  }
  const problems = [];
  if (!release) {
    say('release', 'none: this commit of the action has no SHA256SUMS, so that nothing is downloaded');
  } else if (!release.asset) {
    const on = releases.platform();
    say('release', `${release.version} has no binary for ${on.system}/${on.architecture}`);
  } else {
    const released = toolcache.find(env, release) || await fromRelease(env, release, stopped, problems);
    if (released) {
      return released;
    }
  }
  const go = executable('go', env);
  if (go && fs.existsSync(path.join(source, 'go.mod'))) {
    return require('./build').build(env, go, source, stopped);
  }
  say('go', go ? `${go}, but no source beside the action` : 'not in PATH');
  throw hinted(['finding awsvars: it is not in PATH, and there is no Go to build it with', ...problems].join('; '),
    'install Go before this step, as actions/setup-go does, put awsvars into PATH, or name its path in the input binary');
}

// fromInput takes the binary that the input names, as it is.
function fromInput(env) {
  const given = (env.INPUT_BINARY ?? '').trim();
  if (!given) {
    return '';
  }
  const file = path.resolve(env.GITHUB_WORKSPACE || '.', given);
  const problem = unfit(file);
  if (problem) {
    throw hinted(`finding awsvars: the input binary names ${file}: ${problem}`, 'name the path of awsvars, or leave the input out');
  }
  say('binary', `by the input binary: ${file}`);
  return file;
}

// inPath takes the binary that a job or an image has installed. An action of a
// release takes its own version only.
async function inPath(env, release, stopped) {
  const file = executable('awsvars', env);
  if (!file) {
    say('binary', 'not in PATH');
    return '';
  }
  if (!release) {
    say('binary', `in PATH: ${file}`);
    return file;
  }
  const version = await versionOf(file, env, stopped);
  if (version !== release.version) {
    say('binary', `in PATH: ${file} is ${version || 'of no known version'}, and this action is ${release.version}: not taken`);
    return '';
  }
  say('binary', `in PATH: ${file}, ${version}`);
  return file;
}

function versionOf(file, env, stopped) {
  return new Promise((resolve, reject) => {
    execFile(file, ['version'], { timeout: 10_000, signal: stopped, windowsHide: true, env: require('./build').environment(env) }, (error, stdout) => {
      if (stopped.aborted) {
        reject(stopped.reason);
        return;
      }
      resolve(error ? '' : /^awsvars (\S+) /.exec(stdout)?.[1] ?? '');
    });
  });
}

// executable looks a program up in PATH. A relative folder in it would lead
// into the checkout.
function executable(name, env) {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (env.PATH ?? '').split(path.delimiter).filter((dir) => path.isAbsolute(dir))
    .map((dir) => path.join(dir, file)).find((found) => !unfit(found)) ?? '';
}

// unfit tells why a file cannot be run.
function unfit(file) {
  try {
    if (!fs.statSync(file).isFile()) {
      return 'it is no file';
    }
    fs.accessSync(file, fs.constants.X_OK);
    return '';
  } catch (error) {
    return error.code === 'ENOENT' ? 'there is no such file' : error.message;
  }
}

// fromRelease downloads the binary and checks it before it is moved to where
// it could be run. Where it cannot be had, there are other places; one that is
// not what was released ends the step.
async function fromRelease(env, release, stopped, problems) {
  const server = (env.GITHUB_SERVER_URL || 'https://github.com').replace(/\/+$/, '');
  const repository = env.GITHUB_ACTION_REPOSITORY;
  if (!repository) {
    problems.push('the repository of the action is not known, since the step uses it from the checkout');
    say('release', problems.at(-1));
    return '';
  }
  const url = `${server}/${repository}/releases/download/${release.version}/${release.asset}`;
  const dir = await fs.promises.mkdtemp(path.join(env.RUNNER_TEMP || os.tmpdir(), 'awsvars-download-'));
  try {
    const file = path.join(dir, release.asset);
    try {
      await require('./download').download(url, file, env, stopped);
    } catch (error) {
      stopped.throwIfAborted();
      problems.push(`downloading ${url}: ${error.message}`);
      say('download', `${url}: ${error.message}`);
      return '';
    }
    const sum = toolcache.sumOf(file);
    if (sum !== release.sum) {
      throw hinted(`checking ${url}: its SHA-256 is ${sum}, and ${release.sum} was released; nothing was run`,
        'something between here and the release, or at the release itself, has changed the file');
    }
    say('download', `${url}, SHA-256 as released`);
    return await toolcache.keep(env, release, file);
  } finally {
    await fs.promises.rm(dir, { recursive: true, force: true });
  }
}

module.exports = { executable, find };
