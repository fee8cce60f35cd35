'use strict';
// Which proxy a request takes, as curl and Go tell it from the environment,
// and the way through it.

const http = require('node:http');
const net = require('node:net');

// proxyFor returns the URL of the proxy, null for none.
function proxyFor(url, env) {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const given = env[name] || env[name.toUpperCase()];
  if (!given || isLocal(url) || isExcepted(url, env.no_proxy || env.NO_PROXY || '')) {
    return null;
  }
  let proxy;
  try {
    proxy = new URL(given.includes('://') ? given : `http://${given}`);
  } catch {
    // It may hold a password.
    throw new Error(`the variable ${name} holds no URL`);
  }
  if (proxy.protocol !== 'http:' && proxy.protocol !== 'https:') {
    throw new Error(`the variable ${name} names a proxy of the kind ${proxy.protocol}; one of http: or https: is needed`);
  }
  return proxy;
}

function hostOf(url) {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function portOf(url) {
  return url.port || (url.protocol === 'https:' ? '443' : '80');
}

function isLocal(url) {
  const host = hostOf(url);
  return host === 'localhost' || host === '::1' || (net.isIPv4(host) && host.startsWith('127.'));
}

// isExcepted reads NO_PROXY: hosts, with what is below them, each with a port
// or without, and * for all.
function isExcepted(url, list) {
  const host = hostOf(url).toLowerCase();
  return list.toLowerCase().split(/[\s,]+/).filter(Boolean).some((entry) => {
    if (entry === '*') {
      return true;
    }
    const [, name, port] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(net.isIPv6(entry) ? `[${entry}]` : entry);
    const base = name.replace(/^\*?\./, '');
    return base !== '' && (!port || port === portOf(url)) && (host === base || host.endsWith(`.${base}`));
  });
}

function authorization(proxy) {
  if (!proxy.username && !proxy.password) {
    return {};
  }
  const pair = [proxy.username, proxy.password].map((text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  });
  return { 'Proxy-Authorization': 'Basic ' + Buffer.from(pair.join(':')).toString('base64') };
}

function clientOf(url) {
  return url.protocol === 'https:' ? require('node:https') : http;
}

// through are the options of a request for url: to its server, or to the proxy,
// with a tunnel in it for https.
async function through(url, proxy, options, idle) {
  const direct = { host: hostOf(url), port: portOf(url), path: url.pathname + url.search, agent: false, ...options };
  if (!proxy) {
    return direct;
  }
  const to = { host: hostOf(proxy), port: portOf(proxy), agent: false, ...options };
  if (url.protocol !== 'https:') {
    return { ...to, protocol: proxy.protocol, path: url.href, headers: { Host: url.host, ...options.headers, ...authorization(proxy) } };
  }
  return { ...direct, socket: await tunnel(url, proxy, to, idle) };
}

function tunnel(url, proxy, to, idle) {
  const authority = `${url.hostname}:${portOf(url)}`;
  return new Promise((resolve, reject) => {
    const request = clientOf(proxy).request({ ...to, method: 'CONNECT', path: authority, headers: { Host: authority, ...authorization(proxy) } });
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) {
        resolve(socket);
        return;
      }
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered with status ${response.statusCode}`));
    });
    request.setTimeout(idle, () => request.destroy(new Error(`the proxy ${proxy.host} did not answer in time`)));
    request.once('error', reject);
    request.end();
  });
}

module.exports = { clientOf, proxyFor, through };
