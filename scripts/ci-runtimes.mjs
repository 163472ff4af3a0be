// Runs tests/runtimes/smoke.mjs against dist/ in one runtime, and reports it as the suite of that name.
//   node scripts/ci-runtimes.mjs <name> <command> [args...]     a runtime with a console
//   node scripts/ci-runtimes.mjs --browser <name> <command>     Chromium, headless, from a server on loopback
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, resolve, sep } from 'node:path';
import { report } from './report.mjs';

const root = resolve(import.meta.dirname, '..');
const LIMIT_MS = 120_000;

const isBrowser = process.argv[2] === '--browser';
const [name, command, ...args] = process.argv.slice(isBrowser ? 3 : 2);
let counts;
try {
  counts = isBrowser ? await inBrowser() : await inConsole();
} catch (error) {
  counts = { passed: 0, failed: 1, failures: [error.message] };
}
for (const failure of counts.failures) console.error(`${name}: ${failure}`);
console.log(`smoke test in ${name}: ${counts.passed} passed, ${counts.failed} failed`);
report(name, { passed: counts.passed, failed: counts.failed });
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

async function inConsole() {
  const script = join(root, 'tests', 'runtimes', 'console.mjs');
  const child = spawn(command, [...args, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: LIMIT_MS,
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });
  const [code, signal] = await once(child, 'close');
  if (code === 0) return JSON.parse(output.trim().split('\n').at(-1));
  throw new Error(`ended with ${code ?? signal}, after printing: ${output}`);
}

async function inBrowser() {
  const profile = mkdtempSync(join(tmpdir(), 'greenpool-chromium-'));
  const { server, result } = serve();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const page = `http://127.0.0.1:${server.address().port}/tests/runtimes/page.html`;
  // A group of its own, so that one signal ends the browser with all its children.
  const child = spawn(command, [...args, ...chromiumFlags(profile), page], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`${command} ended with ${code} before the page told its result`);
  });
  let timer;
  const expired = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no result after ${LIMIT_MS} ms`)), LIMIT_MS);
  });
  try {
    return await Promise.race([result, ended, expired]);
  } finally {
    clearTimeout(timer);
    killGroup(child);
    await ended.catch(() => undefined);
    server.closeAllConnections();
    server.close();
    removeProfile(profile);
  }
}

function killGroup({ pid }) {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** Chromium's own children may go on writing for a moment; what they leave in the temporary folder fails no test. */
function removeProfile(profile) {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  } catch (error) {
    console.error(`left ${profile} behind: ${error.message}`);
  }
}

/** Serves the checkout to loopback, and takes the one result that the page posts. */
function serve() {
  const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.html': 'text/html' };
  const result = resolvers();
  const server = createServer(async (request, response) => {
    if (request.method === 'POST') {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.end();
      result.resolve(JSON.parse(body));
      return;
    }
    const file = resolve(root, `.${new URL(request.url, 'http://127.0.0.1').pathname}`);
    const type = types[extname(file)];
    try {
      if (type === undefined || !file.startsWith(root + sep)) throw new Error('not served');
      const content = readFileSync(file);
      response.writeHead(200, { 'content-type': type }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  return { server, result: result.promise };
}

function resolvers() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

function chromiumFlags(profile) {
  return [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    `--user-data-dir=${profile}`,
  ];
}
