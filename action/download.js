'use strict';
// Downloads one file, complete or not at all.

const fs = require('node:fs');
const { setTimeout: sleep } = require('node:timers/promises');
const { pipeline } = require('node:stream/promises');
const { say } = require('./log');
const { clientOf, proxyFor, through } = require('./proxy');

// limits of a download. A server that says nothing for idle milliseconds is
// given up, and so is a file that takes longer than all of them.
const limits = { idle: 30_000, all: 300_000, bytes: 256 << 20, redirects: 5, attempts: 3, pause: 1_000 };

// Final is an error that another attempt would only repeat.
class Final extends Error {}

// download writes what url leads to into file, which must not be there, and
// which is not there after an error.
async function download(url, file, env, stopped, bounds = limits) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(new URL(url), file, env, stopped, bounds);
    } catch (error) {
      await fs.promises.rm(file, { force: true });
      stopped.throwIfAborted();
      if (error instanceof Final || attempt >= bounds.attempts) {
        throw error;
      }
      say('download', `attempt ${attempt} of ${bounds.attempts} failed: ${error.message}`);
      await sleep(bounds.pause * attempt, undefined, { signal: stopped });
    }
  }
}

async function once(url, file, env, stopped, bounds) {
  const inTime = AbortSignal.timeout(bounds.all);
  const signal = AbortSignal.any([stopped, inTime]);
  try {
    const response = await follow(url, env, signal, bounds);
    await pipeline(response, counting(response, bounds), fs.createWriteStream(file, { flags: 'wx', mode: 0o700 }), { signal });
  } catch (error) {
    throw inTime.aborted && !stopped.aborted ? new Error(`${url.host} did not send the file within ${bounds.all / 1000} s`) : error;
  }
}

// follow goes where redirects lead, but never from https to http.
async function follow(url, env, signal, bounds) {
  for (let left = bounds.redirects; ; left--) {
    const response = await get(url, env, signal, bounds);
    if (response.statusCode === 200) {
      return response;
    }
    response.destroy();
    const where = response.headers.location;
    if (response.statusCode < 300 || response.statusCode > 399 || !where) {
      const Kind = response.statusCode < 500 && response.statusCode !== 429 ? Final : Error;
      throw new Kind(`${url.host} answered with status ${response.statusCode}`);
    }
    const next = URL.canParse(where, url) ? new URL(where, url) : null;
    if (!next || !['https:', url.protocol].includes(next.protocol)) {
      throw new Final(`${url.host} leads to an address that is not followed`);
    }
    if (left <= 0) {
      throw new Final(`${url.host} leads from address to address`);
    }
    url = next;
  }
}

async function get(url, env, signal, bounds) {
  const options = { signal, headers: { 'User-Agent': 'awsvars', Accept: 'application/octet-stream' } };
  const proxy = proxyFor(url, env);
  const way = await through(url, proxy, options, bounds.idle);
  return new Promise((resolve, reject) => {
    const request = clientOf(way.protocol ? proxy : url).get(way);
    request.once('response', resolve);
    // It counts while the body comes, too.
    request.setTimeout(bounds.idle, () => request.destroy(new Error(`${url.host} said nothing for ${bounds.idle / 1000} s`)));
    request.on('error', reject);
  });
}

// counting passes a body on, and ends one that is too long or too short.
function counting(response, bounds) {
  return async function* count(source) {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > bounds.bytes) {
        throw new Final(`the file is larger than ${bounds.bytes} bytes`);
      }
      yield chunk;
    }
    const told = response.headers['content-length'];
    if (told !== undefined && Number(told) !== bytes) {
      throw new Error(`the file has ${bytes} bytes, and ${told} were announced`);
    }
  };
}

module.exports = { download, limits };
