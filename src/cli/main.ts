#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { CliError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { createProgram } from './program.ts';
import { Screen } from './progress/screen.ts';
import { systemTicks } from './ticks.ts';

const screen = new Screen(process.stderr);
const host: Host = {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  events: process,
  screen,
  ticks: systemTicks,
  leave: (code) => process.exit(code),
};

// A terminal that has gone is no reason to stop the work.
process.stderr.on('error', () => {});
printWarningsWhole();
const code = await main();
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// The user's module may have left connections or timers open. The run is over all the same.
process.exit(code);

async function main(): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(
    {
      async run(module, options) {
        // Loaded here: help, version and wrong usage do not wait for what only a run needs.
        const { runCommand } = await import('./commands/run.ts');
        code = await runCommand(module, options, host);
      },
    },
    version(),
  );
  try {
    await program.parseAsync();
    return code;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version are thrown too, once they are printed.
    if (error.exitCode === 0) return EXIT.done;
    screen.print(`greenpool: ${error.message.replace(/^error: /, '').replaceAll('\n', ' ')}`);
    return EXIT.usage;
  }
  if (error instanceof CliError) {
    screen.print(`greenpool: ${error.message}`);
    if (process.env.GREENPOOL_DEBUG) console.error(error);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  screen.print(`greenpool: internal error, please report it: ${text}`);
  return EXIT.internal;
}

// Node prints warnings straight to stderr, through the bar; some of them only say which way a module was loaded.
function printWarningsWhole(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const isAboutLoading =
      warning.name === 'ExperimentalWarning' ||
      ('code' in warning && warning.code === 'MODULE_TYPELESS_PACKAGE_JSON');
    if (!isAboutLoading) screen.print(`greenpool: warning: ${warning.stack ?? warning.message}`);
  });
}

function version(): string {
  // This file lies two folders below package.json, as source and when built.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

// The write may have failed, and then there is nothing left to wait for.
function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
