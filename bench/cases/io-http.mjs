// What does the pool add to real I/O: requests to an HTTP server on loopback? (B8)
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { ioCase } from '../contenders/io.mjs';

const server = join(import.meta.dirname, '..', 'contenders', 'http-server.mjs');

export default ioCase('HTTP requests on loopback, kept alive, 200 slots', 50_000, async (slots) => {
  // In a process of its own: what it takes must not be counted as the client's.
  const child = spawn(process.execPath, [server], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const agent = new Agent({ keepAlive: true, maxSockets: slots });
  const options = { host: '127.0.0.1', port: Number(line), agent };
  return {
    task: async (item) => Number(await fetchText({ ...options, path: `/${item}` })),
    async close() {
      agent.destroy();
      child.stdin.end();
      await once(child, 'close');
    },
  };
});

function fetchText(options) {
  return new Promise((resolve, reject) => {
    const request = get(options, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}
