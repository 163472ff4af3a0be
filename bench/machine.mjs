// What a result depends on and cannot be read from the code: the machine, the run time and the versions of the peers.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

const peers = [
  'throat',
  'fastq',
  'async',
  'p-limit',
  'p-queue',
  'p-map',
  'plimit-lit',
  'bottleneck',
  '@supercharge/promise-pool',
  'effect',
  'streaming-iterables',
];

export function machineFacts(node) {
  const [version, v8] = execFileSync(node, ['-p', 'process.version + " " + process.versions.v8'], {
    encoding: 'utf8',
  })
    .trim()
    .split(' ');
  return {
    node: version,
    v8,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryBytes: totalmem(),
    os: `${platform()} ${release()} ${arch()}`,
    load: loadavg(),
    versions: {
      greenpool: versionOf(join(root, 'package.json')),
      ...Object.fromEntries(
        peers.map((name) => [name, versionOf(join(root, 'node_modules', name, 'package.json'))]),
      ),
    },
  };
}

function versionOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).version;
}
