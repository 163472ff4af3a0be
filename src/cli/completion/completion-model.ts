import type { Argument, Command, Option } from 'commander';

/** What a shell can offer for a word, besides a list: paths of the disk, or the name of a program. */
type Taken = 'file' | 'folder' | 'module' | 'program';

/** What may stand in one place of a command line. */
export interface CompletionWord {
  /** What it is called in the usage. */
  readonly name: string;
  readonly takes: Taken | undefined;
  readonly choices: readonly string[];
  /** Whether more of them may follow. */
  readonly isVariadic: boolean;
}

/** An option, with its names as they are typed. */
export interface CompletionOption {
  readonly names: readonly string[];
  readonly help: string;
  /** Its argument, where it has one. */
  readonly value: CompletionWord | undefined;
}

/** A command of greenpool. */
export interface CompletionCommand {
  readonly name: string;
  readonly help: string;
  readonly options: readonly CompletionOption[];
  readonly words: readonly CompletionWord[];
}

/** All that shells complete. */
export interface CompletionModel {
  readonly commands: readonly CompletionCommand[];
  /** The options of greenpool without a command. */
  readonly options: readonly CompletionOption[];
}

/** The command that is meant where none is named. */
export const DEFAULT_COMMAND = 'run';

// The name that a word has in the usage says what it is: a new command or option need not say it twice.
const TAKEN: Readonly<Record<string, Taken>> = {
  file: 'file',
  dir: 'folder',
  folder: 'folder',
  journal: 'folder',
  module: 'module',
  command: 'program',
};

/** Takes from the parser what shells complete. */
export function completionModel(program: Command): CompletionModel {
  const help = program.createHelp();
  const names = program.commands.map((command) => command.name());
  const optionsOf = (command: Command): CompletionOption[] => help.visibleOptions(command).map(readOption);
  const commands = help.visibleCommands(program).map((command): CompletionCommand => {
    const isHelp = !names.includes(command.name());
    const words = command.registeredArguments.map(readArgument);
    return {
      name: command.name(),
      help: shortHelp(command.description()),
      options: isHelp ? [] : optionsOf(command),
      words: isHelp ? words.map((word) => ({ ...word, takes: undefined, choices: names })) : words,
    };
  });
  return { commands, options: optionsOf(program) };
}

function readOption(option: Option): CompletionOption {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const placeholder = /[<[]([^\].>]*)/.exec(option.flags)?.[1];
  const value = placeholder === undefined ? undefined : readWord(placeholder, option);
  return { names, help: shortHelp(option.description), value };
}

function readArgument(argument: Argument): CompletionWord {
  return readWord(argument.name(), argument);
}

function readWord(
  name: string,
  { argChoices = [], variadic }: { readonly argChoices?: string[] | undefined; readonly variadic: boolean },
): CompletionWord {
  return { name, takes: TAKEN[name], choices: argChoices, isVariadic: variadic };
}

// A shell has one line for it.
function shortHelp(text: string): string {
  return text.split(/;|\.$/, 1)[0] ?? text;
}
