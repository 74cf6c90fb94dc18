#!/usr/bin/env node
/** `headgate-observe <log> --report-to <admin address> --token-file <file>`: follows an access log that has the stamp appended, and reports. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { followFile } from './follow-file.js';
import { createLineSplitter, openLog, readLines } from './log-lines.js';
import { createLogObserver } from './log-observer.js';

const USAGE = `usage: headgate-observe <access-log | -> --report-to <address of the admin API> --token-file <file>
  [--stamp-keys <folder>]   verify stamps; without, whatever looks like one counts
  [--host <host>]           of lines that name none
  [--format auto|combined|vhost|json] [--allow <path>]... [--every <seconds>] [--name <name>] [--network-key <text>]

  headgate-observe /var/log/nginx/access.log --report-to http://127.0.0.1:8081 --token-file /etc/headgate/observer.token`;

const TEXT = { type: 'string' };
const OPTIONS = {
  'report-to': TEXT,
  'token-file': TEXT,
  'stamp-keys': TEXT,
  host: TEXT,
  format: { ...TEXT, default: 'auto' },
  allow: { ...TEXT, multiple: true, default: [] },
  every: { ...TEXT, default: '2' },
  name: TEXT,
  'network-key': TEXT,
  help: { type: 'boolean', short: 'h' },
};

function readArguments(args) {
  try {
    const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
    if (values.help) return { kind: 'help' };
    const reason = faultOf(values, positionals);
    if (reason !== null) return { kind: 'wrong', reason };
    return { kind: 'asked', log: positionals[0], options: optionsOf(values) };
  } catch (error) {
    return { kind: 'wrong', reason: error.message };
  }
}

function faultOf(values, positionals) {
  if (positionals.length !== 1) return 'name one access log, or - for standard input';
  const address = values['report-to'] ?? '';
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return '--report-to must be an http or https address';
  if (values['token-file'] === undefined) return 'name the file of the token by --token-file';
  if (!['auto', 'combined', 'vhost', 'json'].includes(values.format)) return '--format is not a format';
  const every = Number(values.every);
  return every >= 0.1 && every <= 60 ? null : '--every must be a number of seconds from 0.1 to 60';
}

function optionsOf(values) {
  const options = {
    reportTo: values['report-to'],
    tokenFile: values['token-file'],
    stampKeys: values['stamp-keys'],
    host: values.host,
    format: values.format,
    allow: values.allow,
    everySeconds: Number(values.every),
    name: values.name,
    networkKey: values['network-key'],
  };
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

async function follow(log, observer) {
  const newSplitter = () => createLineSplitter(observer.take, { lines: 0, tooLong: 0 });
  let splitter = newSplitter();
  const following = followFile(log, {
    onBytes: (bytes) => splitter.take(bytes),
    onRotate: () => {
      splitter = newSplitter();
    },
    onFault: (error) => console.error(`headgate observer: ${error.message}`),
  });
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  await following.stop();
}

/** What the pipe brought last is reported before the end. */
async function readToEnd(observer, { everySeconds }) {
  await readLines(openLog('-'), observer.take);
  await sleep(everySeconds * 1_500);
}

async function main(args) {
  const asked = readArguments(args);
  if (asked.kind !== 'asked') {
    console.error(asked.kind === 'help' ? USAGE : `headgate-observe: ${asked.reason}\n${USAGE}`);
    return asked.kind === 'help' ? 0 : 2;
  }
  const observer = createLogObserver(asked.options);
  await observer.ready;
  await (asked.log === '-' ? readToEnd(observer, asked.options) : follow(asked.log, observer));
  observer.stop();
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
