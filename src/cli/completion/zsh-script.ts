import {
  type CompletionCommand,
  type CompletionModel,
  type CompletionOption,
  type CompletionWord,
  DEFAULT_COMMAND,
} from './completion-model.ts';

const ACTIONS = {
  file: '_files',
  folder: '_files -/',
  module: '_greenpool_modules',
  program: '_command_names -e',
} as const;

/** The completion script for zsh: to be sourced, or a file of `fpath`. */
export function zshScript({ commands, options }: CompletionModel): string {
  const fallback = commands.find(({ name }) => name === DEFAULT_COMMAND);
  const first = "'1: :_greenpool_first'";
  // -h is an option of both.
  const own = options.filter(({ names }) => !fallback?.options.some((other) => other.names[0] === names[0]));
  return [
    '#compdef greenpool',
    '# Completes greenpool in zsh. Made by: greenpool completion zsh',
    '',
    '_greenpool_modules() {',
    "  _files -g '*.(ts|mts|js|mjs|cjs)'",
    '}',
    '',
    '# The first word: a command, or the module that the default command takes.',
    '_greenpool_first() {',
    '  local -a names=(',
    ...commands.map(({ name, help }) => `    ${quote(`${name}:${help}`)}`),
    '  )',
    '  _describe -t commands command names',
    '  _greenpool_modules',
    '}',
    '',
    ...commands.flatMap((command) => argumentsFunction(command.name, specsOf(command))),
    ...argumentsFunction('default', [...[...(fallback?.options ?? []), ...own].flatMap(optionSpecs), first]),
    '_greenpool() {',
    '  if (( $words[(i):::] < CURRENT )); then',
    '    _files',
    '    return',
    '  fi',
    '  if (( CURRENT > 2 )); then',
    '    case $words[2] in',
    `      (${commands.map(({ name }) => name).join('|')})`,
    '        local command=$words[2]',
    '        shift words',
    '        (( CURRENT -= 1 ))',
    '        _greenpool_$command',
    '        return',
    '        ;;',
    '    esac',
    '  fi',
    '  _greenpool_default',
    '}',
    '',
    'if [[ $funcstack[1] == _greenpool ]]; then _greenpool "$@"; else compdef _greenpool greenpool; fi',
    '',
  ].join('\n');
}

function argumentsFunction(name: string, specs: readonly string[]): string[] {
  const lines = specs.map((spec) => `    ${spec}`);
  return [`_greenpool_${name}() {`, ['  _arguments -s -S', ...lines].join(' \\\n'), '}', ''];
}

function specsOf({ options, words }: CompletionCommand): string[] {
  return [...options.flatMap(optionSpecs), ...words.flatMap(wordSpecs)];
}

function optionSpecs({ names, help, value }: CompletionOption): string[] {
  return names.map((name) => {
    const repeat = value?.isVariadic ? '*' : `(${names.join(' ')})`;
    const glued = name.startsWith('--') ? '=' : '+';
    // What follows an option of many words is all of them up to the next option.
    const spec = value === undefined ? '' : `:${value.isVariadic ? '*-*:' : ''}${describe(value)}`;
    const mark = value === undefined || value.isVariadic ? '' : glued;
    return quote(`${repeat}${name}${mark}[${help.replace(/[[\]\\]/g, '\\$&')}]${spec}`);
  });
}

function wordSpecs(word: CompletionWord, index: number): string[] {
  // A program completes its own arguments.
  if (word.takes === 'program') return [quote(`(-)1:${describe(word)}`), "'*::argument:_normal'"];
  return [quote(`${word.isVariadic ? '*' : index + 1}:${describe(word)}`)];
}

function describe({ name, choices, takes }: CompletionWord): string {
  const action = takes === undefined ? ' ' : ACTIONS[takes];
  return `${name}:${choices.length > 0 ? `(${choices.join(' ')})` : action}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
