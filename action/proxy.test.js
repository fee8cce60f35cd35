'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { proxyFor } = require('./proxy');

const proxyOf = (url, env) => proxyFor(new URL(url), env)?.href ?? '';

test('the proxy is that of the scheme, in small letters first', () => {
  const env = { https_proxy: 'http://small:1', HTTPS_PROXY: 'http://big:2', HTTP_PROXY: 'big.invalid:3' };
  assert.equal(proxyOf('https://release.invalid/', env), 'http://small:1/');
  assert.equal(proxyOf('https://release.invalid/', { HTTPS_PROXY: 'https://u:p%40@big:2' }), 'https://u:p%40@big:2/');
  assert.equal(proxyOf('http://release.invalid/', env), 'http://big.invalid:3/');
  assert.equal(proxyOf('https://release.invalid/', {}), '');
});

test('this machine is asked without a proxy', () => {
  for (const host of ['localhost:8080', '127.0.0.1', '127.1.2.3:1', '[::1]:1']) {
    assert.equal(proxyOf(`http://${host}/`, { http_proxy: 'http://proxy' }), '');
  }
});

test('NO_PROXY names hosts, what is below them, and ports', () => {
  const all = { https_proxy: 'http://proxy' };
  for (const [list, url, direct] of [
    ['*', 'https://github.com/', true],
    ['github.com', 'https://github.com/', true],
    ['example.com, .GitHub.com', 'https://objects.github.com/', true],
    ['*.github.com', 'https://objects.github.com/', true],
    ['github.com', 'https://notgithub.com/', false],
    ['hub.com', 'https://github.com/', false],
    ['github.com:443', 'https://github.com/', true],
    ['github.com:8443', 'https://github.com/', false],
    ['192.0.2.7', 'https://192.0.2.7/', true],
    ['2001:db8::1', 'https://[2001:db8::1]/', true],
    ['[2001:db8::1]:443', 'https://[2001:db8::1]/', true],
    [' , ', 'https://github.com/', false],
    ['.', 'https://github.com/', false],
  ]) {
    assert.equal(proxyOf(url, { ...all, NO_PROXY: list }) === '', direct, `${list} for ${url}`);
  }
});

test('what is no proxy is refused, and not shown', () => {
  for (const given of ['http://user:s3cret@', 'socks5://user:s3cret@proxy:1080']) {
    assert.throws(() => proxyOf('https://release.invalid/', { https_proxy: given }), (error) => {
      assert.match(error.message, /^the variable https_proxy /);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  }
});
