import {
  type CompletionCommand,
  type CompletionModel,
  type CompletionOption,
  type CompletionWord,
  DEFAULT_COMMAND,
} from './completion-model.ts';

// For bash from 3.2 on, which macOS has: no mapfile, and a compopt only where there is one.
const FUNCTIONS = `
# Puts the paths that begin with $2 into the reply: all, folders, modules or programs.
_greenpool_paths() {
  local path
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY+=("$path")
  done < <(_greenpool_find "$1" "$2")
  # The shell itself may know more, as of a word in quotes.
  if ((\${#COMPREPLY[@]} == 0)); then compopt -o default 2>/dev/null; fi
}

_greenpool_find() {
  local path
  case "$1" in
    file) compgen -f -- "$2" ;;
    folder) compgen -d -- "$2" ;;
    program) compgen -c -- "$2" ;;
    module)
      compgen -d -- "$2"
      while IFS= read -r path; do
        case "$path" in *.ts | *.mts | *.js | *.mjs | *.cjs) printf '%s\\n' "$path" ;; esac
      done < <(compgen -f -- "$2")
      ;;
  esac
}

# Completes $1 by what takes and choices say.
_greenpool_reply() {
  if [[ -n $choices ]]; then COMPREPLY+=($(compgen -W "$choices" -- "$1")); fi
  if [[ -n $takes ]]; then _greenpool_paths "$takes" "$1"; fi
}

_greenpool() {
  local current=\${COMP_WORDS[COMP_CWORD]} command=DEFAULT start=1 index word
  local arity='' takes='' choices='' position=0 is_past=''
  COMPREPLY=()
  if ((COMP_CWORD > 1)); then
    case "\${COMP_WORDS[1]}" in
      COMMANDS) command=\${COMP_WORDS[1]} start=2 ;;
    esac
  fi
  for ((index = start; index < COMP_CWORD; index += 1)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == ::: || $is_past == program ]]; then
      _greenpool_paths file "$current"
      return
    elif [[ $word == = ]]; then
      # --name=value are three words here; so is a=b, which is one to us.
      if [[ -z $arity ]]; then index=$((index + 1)); fi
    elif [[ $arity == one || ($arity == many && $word != -*) ]]; then
      if [[ $arity == one ]]; then arity=''; fi
    elif [[ $word == -- ]]; then
      arity='' is_past=options
    elif [[ $word == -* && -z $is_past ]]; then
      arity=''
      if [[ $word != *=* ]]; then _greenpool_option "$command" "$word"; fi
    else
      _greenpool_word "$command" "$position"
      if [[ $takes == program ]]; then is_past=program; fi
      position=$((position + 1))
    fi
  done
  if [[ $is_past == program ]]; then
    _greenpool_paths file "$current"
  elif [[ $arity == one || ($arity == many && $current != -*) ]]; then
    _greenpool_reply "\${current#=}"
  elif [[ $current == --*=* ]]; then
    _greenpool_option "$command" "\${current%%=*}"
    _greenpool_reply "\${current#*=}"
    COMPREPLY=("\${COMPREPLY[@]/#/\${current%%=*}=}")
  elif [[ $current == -* && -z $is_past ]]; then
    _greenpool_options "$command" "$current"
  else
    _greenpool_word "$command" "$position"
    if ((COMP_CWORD == 1)); then choices='NAMES'; fi
    _greenpool_reply "$current"
  fi
}

complete -F _greenpool greenpool`;

/** The completion script for bash. */
export function bashScript({ commands, options }: CompletionModel): string {
  const names = commands.map(({ name }) => name);
  const withRoot = commands.map((command) =>
    command.name === DEFAULT_COMMAND ? { ...command, options: [...command.options, ...options] } : command,
  );
  return [
    '# Completes greenpool in bash. Made by: greenpool completion bash',
    '',
    '# What the option $2 of the command $1 takes.',
    ...caseFunction('_greenpool_option', '$1 $2', withRoot.flatMap(optionCases)),
    '# What the word number $2 of the command $1 is.',
    ...caseFunction('_greenpool_word', '$1 $2', withRoot.flatMap(wordCases)),
    '# The options of the command $1 that begin with $2.',
    ...caseFunction('_greenpool_options', '$1', withRoot.map(optionsCase)),
    FUNCTIONS.trim()
      .replace('DEFAULT', DEFAULT_COMMAND)
      .replace('COMMANDS', names.join(' | '))
      .replace('NAMES', names.join(' ')),
    '',
  ].join('\n');
}

function caseFunction(name: string, subject: string, cases: readonly string[]): string[] {
  const isOfWords = subject.includes(' ');
  const reset = isOfWords ? [`  ${name === '_greenpool_option' ? "arity='' " : ''}takes='' choices=''`] : [];
  return [
    `${name}() {`,
    ...reset,
    `  case "${subject}" in`,
    ...cases.map((line) => `    ${line}`),
    '  esac',
    '}',
    '',
  ];
}

function optionCases({ name, options }: CompletionCommand): string[] {
  return options.flatMap((option) => {
    if (option.value === undefined) return [];
    const pattern = option.names.map((each) => quote(`${name} ${each}`)).join(' | ');
    return [`${pattern}) arity=${option.value.isVariadic ? 'many' : 'one'}${settings(option.value)} ;;`];
  });
}

function wordCases({ name, words }: CompletionCommand): string[] {
  return words.map(
    (word, position) => `${word.isVariadic ? `'${name} '*` : `'${name} ${position}'`})${settings(word)} ;;`,
  );
}

function optionsCase({ name, options }: CompletionCommand): string {
  return `${name}) COMPREPLY+=($(compgen -W ${quote(namesOf(options))} -- "$2")) ;;`;
}

function namesOf(options: readonly CompletionOption[]): string {
  return [...new Set(options.flatMap(({ names }) => names))].join(' ');
}

function settings({ takes, choices }: CompletionWord): string {
  const list = choices.length === 0 ? '' : ` choices=${quote(choices.join(' '))}`;
  return `${takes === undefined ? '' : ` takes=${takes}`}${list}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
