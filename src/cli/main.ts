#!/usr/bin/env node
import { readFileSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { CommanderError } from 'commander';
import { errorCode } from '../loader/error-facts.ts';
import { CliError, describeSystemError } from './cli-error.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Host } from './host.ts';
import { splitArguments } from './input/split-arguments.ts';
import type { RunOptions } from './options.ts';
import { createProgram, type Verbs } from './program.ts';
import { Screen } from './progress/screen.ts';
import { describeWithStack } from './thrown.ts';
import { systemTicks } from './ticks.ts';

const screen = new Screen(process.stderr);
const host: Host = {
  version: version(),
  args: process.argv.slice(2),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  events: process,
  screen,
  ticks: systemTicks,
  leave: (code) => process.exit(code),
  die(message, code) {
    screen.setStatus('');
    try {
      // What is not written in this very call will not be.
      writeSync(2, `greenpool: ${message}\n`);
    } catch {
      // Nobody is there to read it. The code still tells.
    }
    process.exitCode = code;
  },
};

// A terminal that has gone is no reason to stop the work.
process.stderr.on('error', () => {});
// A failed write of results tells the run. One of the help is looked at when all is written.
let stdoutError: unknown;
process.stdout.on('error', (error) => {
  stdoutError ??= error;
});
printWarningsWhole();
const code = await main();
await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
// The user's module may have left connections or timers open. The run is over all the same.
process.exit(code);

async function main(): Promise<ExitCode> {
  try {
    return await interpret(host, {});
  } catch (error) {
    return await explain(error);
  }
}

/** Does what the words of the command line say; `fixed` options take the place of those among them. */
async function interpret(host: Host, fixed: Partial<RunOptions>): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const { words, items } = splitArguments(host.args);
  const verbs: Verbs = {
    async run(module, options) {
      // Loaded here: help, version and wrong usage do not wait for what only a run needs.
      const { runCommand } = await import('./commands/run.ts');
      code = await runCommand({ module, items }, { ...options, ...fixed }, host);
    },
    async exec(command, options) {
      const { execCommand } = await import('./commands/exec.ts');
      code = await execCommand({ command, items }, { ...options, ...fixed }, host);
    },
    async report(journal, options) {
      const { reportCommand } = await import('./commands/report.ts');
      code = await reportCommand(journal, options, host);
    },
    async tune(module, options) {
      const { tuneCommand } = await import('./commands/tune.ts');
      code = await tuneCommand({ module, items }, options, host);
    },
    async completion(shell, all) {
      const { completionCommand } = await import('./commands/completion.ts');
      code = await completionCommand(shell, all, host);
    },
    async ctl(run, change) {
      const { ctlCommand } = await import('./commands/ctl.ts');
      code = await ctlCommand(run, change, host);
    },
    async status(run, options) {
      const { statusCommand } = await import('./commands/status.ts');
      code = await statusCommand(run, options, host);
    },
    async resume(path, given, isRetry) {
      const { reviveRun } = await import('./commands/resume.ts');
      const { args, options } = await reviveRun(path, given);
      code = await interpret({ ...host, args }, { ...options, resume: true, resumeFailed: isRetry });
    },
  };
  await createProgram(verbs, host.version).parseAsync([...words], { from: 'user' });
  return code;
}

function explain(error: unknown): ExitCode | Promise<ExitCode> {
  if (error instanceof CommanderError) {
    // Help and version are thrown too, once they are printed.
    if (error.exitCode === 0) return printed();
    screen.print(`greenpool: ${describeUsage(error)}`);
    return EXIT.usage;
  }
  if (error instanceof CliError) {
    screen.print(`greenpool: ${error.message}`);
    if (process.env.GREENPOOL_DEBUG) console.error(error);
    return error.exitCode;
  }
  screen.print(`greenpool: internal error, please report it: ${describeWithStack(error)}`);
  return EXIT.internal;
}

function describeUsage({ code, message }: CommanderError): string {
  // The parser answers `help nope` with the help of everything, and says no word about nope.
  if (code === 'commander.help') return 'there is no such command to help with; greenpool --help lists all';
  return message.replace(/^error: /, '').replaceAll('\n', ' ');
}

/** How printing the help ended: `| head` and a full disk are told as for results. */
async function printed(): Promise<ExitCode> {
  await flushed(process.stdout);
  if (stdoutError === undefined) return EXIT.done;
  if (errorCode(stdoutError) === 'EPIPE') return EXIT.pipeClosed;
  screen.print(`greenpool: cannot write stdout: ${describeSystemError(stdoutError)}`);
  return EXIT.outputLost;
}

// Node prints warnings straight to stderr, through the bar; some of them only say which way a module was loaded.
function printWarningsWhole(): void {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const isAboutLoading =
      warning.name === 'ExperimentalWarning' ||
      ('code' in warning && warning.code === 'MODULE_TYPELESS_PACKAGE_JSON') ||
      // Its second try, with the compiler, has the last word.
      /^Failed to load the ES module: .*\.[cm]?ts\. /.test(warning.message);
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
