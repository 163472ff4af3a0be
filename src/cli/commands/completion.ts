import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { bashScript } from '../completion/bash-script.ts';
import { SHELLS } from '../completion/completion-help.ts';
import { type CompletionModel, completionModel } from '../completion/completion-model.ts';
import { fishScript } from '../completion/fish-script.ts';
import { zshScript } from '../completion/zsh-script.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import { printOut } from '../output/print-out.ts';

const SCRIPTS: Readonly<Record<string, (model: CompletionModel) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `greenpool completion`: a script for a shell, made from the commands and options of `program`. */
export function completionCommand(
  shell: string | undefined,
  program: Command,
  { stdout }: Pick<Host, 'stdout'>,
): Promise<ExitCode> {
  const script = SCRIPTS[shell ?? ''];
  if (script === undefined) {
    throw new CliError(
      `no shell given; try ${SHELLS.map((name) => `greenpool completion ${name}`).join(', ')}`,
    );
  }
  return printOut(stdout, script(completionModel(program)));
}
