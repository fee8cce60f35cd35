'use strict';
// The log of the launcher: one line for each decision, as awsvars writes its
// own.

// line writes text from outside on one line: a control character, or the old
// form of GitHub's commands, could start a command of the runner.
function line(text) {
  return String(text)
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'))
    .replaceAll('##[', '## [');
}

function say(subject, text) {
  process.stderr.write(line(`${subject.padEnd(9)} ${text}`) + '\n');
}

// command is a command of GitHub's runner (docs.github.com, "Workflow
// commands").
function command(name, text) {
  const escaped = text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  process.stderr.write(`::${name}::${escaped}\n`);
}

function warn(subject, text) {
  say(subject, text);
  command('warning', `awsvars: ${line(text)}`);
}

// fail tells an error, with what helps where that is known.
function fail(error) {
  const lines = [line(error.message)];
  if (error.hint) {
    lines.push('hint: ' + line(error.hint));
  }
  process.stderr.write('error: ' + lines.join('\n') + '\n');
  command('error', lines.join('\n'));
}

// hinted is an error with what helps.
function hinted(message, hint) {
  return Object.assign(new Error(message), { hint });
}

module.exports = { fail, hinted, line, say, warn };
