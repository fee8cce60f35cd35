'use strict';
// The tool cache of the runner, laid out as @actions/tool-cache has it:
// <root>/awsvars/<version>/<architecture>, and beside it a marker.

const fs = require('node:fs');
const path = require('node:path');
const { createHash, randomUUID } = require('node:crypto');
const { hinted, say } = require('./log');
const { program } = require('./release');

// roots are the tool cache, and a folder that lasts as long as the job.
function roots(env) {
  return [env.RUNNER_TOOL_CACHE, env.RUNNER_TEMP].filter((root) => root && path.isAbsolute(root));
}

function folder(root, version) {
  return path.join(root, 'awsvars', version.replace(/^v/, ''), process.arch);
}

// sumOf reads by pieces into one buffer: that is faster than to make room for the
// whole file.
function sumOf(file) {
  const sum = createHash('sha256');
  const buffer = Buffer.allocUnsafe(1 << 20);
  const open = fs.openSync(file, 'r');
  try {
    for (let n; (n = fs.readSync(open, buffer)) > 0;) {
      sum.update(buffer.subarray(0, n));
    }
  } finally {
    fs.closeSync(open);
  }
  return sum.digest('hex');
}

// find returns the release's binary, empty where it is not there.
function find(env, release) {
  for (const root of roots(env)) {
    const dir = folder(root, release.version);
    const file = path.join(dir, program());
    if (!fs.existsSync(`${dir}.complete`) || !fs.existsSync(file)) {
      continue;
    }
    const sum = sumOf(file);
    if (sum !== release.sum) {
      throw hinted(`checking ${file}: its SHA-256 is ${sum}, and that of ${release.asset} is ${release.sum}; nothing was run`,
        `something has changed it since it was downloaded; find out what, then remove ${dir}`);
    }
    say('binary', `in the tool cache: ${file}, ${release.version}, SHA-256 as released`);
    return file;
  }
  say('binary', `${release.version} is not in the tool cache`);
  return '';
}

// keep moves a file that was checked into the tool cache, or, where it cannot
// be written to, to where it lasts as long as the job.
async function keep(env, release, file) {
  let problem;
  let at = file;
  for (const root of roots(env)) {
    const dir = folder(root, release.version);
    const kept = path.join(dir, program());
    try {
      await fs.promises.mkdir(dir, { recursive: true });
      await move(at, kept);
      at = kept;
      await fs.promises.writeFile(`${dir}.complete`, '');
      say('binary', `kept as ${kept}`);
      return kept;
    } catch (error) {
      problem = error;
      say('binary', `not kept in ${root}: ${error.message}`);
    }
  }
  throw hinted(`keeping the binary: ${problem ? problem.message : 'RUNNER_TOOL_CACHE and RUNNER_TEMP are not set'}`,
    'a runner of GitHub sets RUNNER_TEMP to a folder of the job');
}

// move puts a file into its place in one step, since several jobs may do so at
// once; to another disk, by way of a copy beside that place.
async function move(file, to) {
  await fs.promises.chmod(file, 0o755);
  try {
    await fs.promises.rename(file, to);
    return;
  } catch (error) {
    if (error.code !== 'EXDEV') {
      throw error;
    }
  }
  const staged = path.join(path.dirname(to), `.${randomUUID()}`);
  try {
    await fs.promises.copyFile(file, staged, fs.constants.COPYFILE_EXCL);
    await fs.promises.rename(staged, to);
  } finally {
    await fs.promises.rm(staged, { force: true });
  }
}

module.exports = { find, folder, keep, sumOf };
