'use strict';
// The release that this action is of: the file SHA256SUMS beside us, as the
// release was made. A commit without a release has none.

const fs = require('node:fs');
const path = require('node:path');

const sumsFile = path.join(__dirname, 'SHA256SUMS');

const systems = { win32: 'windows' };
const architectures = { x64: 'amd64', ia32: '386' };

// platform names an operating system and an architecture in Go's words, as
// the files of a release do.
function platform(system = process.platform, architecture = process.arch) {
  return { system: systems[system] ?? system, architecture: architectures[architecture] ?? architecture };
}

// program is the name of the binary.
function program(system = process.platform) {
  return system === 'win32' ? 'awsvars.exe' : 'awsvars';
}

// read returns the version of the release, and the file for this platform with
// its sum; null where there is no release.
function read(file = sumsFile, on = platform()) {
  let text;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') {
      return null;
    }
    throw error;
  }
  return parse(text, on);
}

// parse reads what sha256sum writes: the sum, two blanks, the name.
function parse(text, on) {
  const name = /^awsvars-(v\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+?)?)-([a-z0-9]+)-([a-z0-9]+)(?:\.exe)?$/;
  const found = { version: '', asset: '', sum: '' };
  for (const line of text.split('\n')) {
    const [, sum, asset] = /^([0-9a-f]{64}) [ *](\S+)\r?$/.exec(line) ?? [];
    const [, version, system, architecture] = name.exec(asset ?? '') ?? [];
    if (!version) {
      continue;
    }
    if (found.version && found.version !== version) {
      throw new Error(`SHA256SUMS of this action has files of ${found.version} and of ${version}`);
    }
    found.version = version;
    if (system === on.system && architecture === on.architecture) {
      Object.assign(found, { asset, sum });
    }
  }
  if (!found.version) {
    throw new Error('SHA256SUMS of this action names no binary of awsvars');
  }
  return found;
}

module.exports = { parse, platform, program, read };
