import {
  type CompletionCommand,
  type CompletionModel,
  type CompletionOption,
  type CompletionWord,
  DEFAULT_COMMAND,
} from './completion-model.ts';

const FUNCTIONS = `
function __greenpool_modules
    set -l token (commandline -ct)
    complete -C "__greenpool_any_file $token" | string match -r '^.*(?:/|\\.(?:ts|mts|js|mjs|cjs))(?=\\t|$)'
end

# Whether an option of the command $argv[1] may come next; or the word number $argv[2] of it, or with "more" a later
# one; or with "many" another word of an option that takes many.
function __greenpool_at
    set -l words (commandline -opc)
    set -l command DEFAULT
    set -e words[1]
    if set -q words[1]; and contains -- $words[1] COMMANDS
        set command $words[1]
        set -e words[1]
    end
    test $command = $argv[1]; or return 1
    contains -- ::: $words; and return 1
    set -l position 0
    set -l arity none
    for word in $words
        if test $arity = one
            set arity none
        else if test $arity = many; and not string match -q -- '-*' $word
        else if test $word = --
            set arity none
        else if string match -q -- '-*' $word
            set arity none
            contains -- "$command $word" $__greenpool_one; and set arity one
            contains -- "$command $word" $__greenpool_many; and set arity many
        else
            set position (math $position + 1)
        end
    end
    if not set -q argv[2]
        # The options of a program that is started are its own.
        test $position -eq 0; or not contains -- $command $__greenpool_starters
        return
    end
    if test "$argv[2]" = many
        test $arity = many
        return
    end
    test $arity = none; or return 1
    test $position -eq $argv[2]; or begin
        test "$argv[3]" = more; and test $position -gt $argv[2]
    end
end

function __greenpool_first
    test (count (commandline -opc)) -eq 1
end`;

/** The completion script for fish. */
export function fishScript({ commands, options }: CompletionModel): string {
  const names = commands.map(({ name }) => name).join(' ');
  return [
    '# Completes greenpool in fish. Made by: greenpool completion fish',
    '',
    `set -g __greenpool_one${optionsWith(commands, (word) => !word.isVariadic)}`,
    `set -g __greenpool_many${optionsWith(commands, (word) => word.isVariadic)}`,
    `set -g __greenpool_starters${commands
      .filter(isStarter)
      .map(({ name }) => ` ${name}`)
      .join('')}`,
    FUNCTIONS.replace('DEFAULT', DEFAULT_COMMAND).replace('COMMANDS', names),
    '',
    'complete -c __greenpool_any_file -F',
    'complete -c greenpool -f',
    "complete -c greenpool -n 'contains -- ::: (commandline -opc)' -F",
    ...commands.map(
      ({ name, help }) => `complete -c greenpool -n __greenpool_first -a ${name} -d ${quote(help)}`,
    ),
    ...options.map((option) => optionLine('__greenpool_first', option)),
    ...commands.flatMap(linesOf),
    '',
  ].join('\n');
}

function optionsWith(
  commands: readonly CompletionCommand[],
  isIt: (value: CompletionWord) => boolean,
): string {
  const found = commands.flatMap(({ name, options }) =>
    options.flatMap(({ names, value }) =>
      value !== undefined && isIt(value) ? names.map((each) => ` ${quote(`${name} ${each}`)}`) : [],
    ),
  );
  return found.join('');
}

function isStarter({ words }: CompletionCommand): boolean {
  return words.some(({ takes }) => takes === 'program');
}

function linesOf(command: CompletionCommand): string[] {
  const { name, options, words } = command;
  return [
    ...options.map((option) => optionLine(quote(`__greenpool_at ${name}`), option)),
    ...words.map((word, index) => {
      const more = word.isVariadic && word.takes !== 'program' ? ' more' : '';
      return `complete -c greenpool -n ${quote(`__greenpool_at ${name} ${index}${more}`)}${offers(word)}`;
    }),
    ...(options.some(({ value }) => value?.isVariadic && value.takes === 'file')
      ? [`complete -c greenpool -n ${quote(`__greenpool_at ${name} many`)} -F`]
      : []),
    ...(isStarter(command) ? [`complete -c greenpool -n ${quote(`__greenpool_at ${name} 1 more`)} -F`] : []),
  ];
}

function optionLine(condition: string, { names, help, value }: CompletionOption): string {
  const flags = names.map((name) =>
    name.startsWith('--') ? ` -l ${name.slice(2)}` : ` -s ${name.slice(1)}`,
  );
  const offered = value === undefined ? '' : ` -r${offers(value)}`;
  return `complete -c greenpool -n ${condition}${flags.join('')}${offered} -d ${quote(help)}`;
}

function offers({ takes, choices }: CompletionWord): string {
  if (choices.length > 0) return ` -f -a ${quote(choices.join(' '))}`;
  if (takes === 'file') return ' -F';
  if (takes === 'folder') return " -f -a '(__fish_complete_directories)'";
  if (takes === 'module') return " -f -a '(__greenpool_modules)'";
  return takes === 'program' ? " -f -a '(__fish_complete_command)'" : ' -f';
}

// In single quotes fish reads a backslash only before a quote or another backslash.
function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
