// Writes the reference of the command line into docs/CLI.md, between its two markers.
//   node scripts/cli-docs.mjs            writes it
//   node scripts/cli-docs.mjs --check    only says whether it is there as it should be
// All of it comes from the parser: its commands, arguments and options, and the text of their help.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createJiti } from 'jiti';

const START = '<!-- reference: npm run docs:cli writes all from here to the end of it -->';
const END = '<!-- end of the reference -->';
// Nothing is wrapped: Markdown does that itself.
const WIDTH = 100_000;

// What the page above says better, with the words around it.
const TOLD_ABOVE = ['The function'];

const root = resolve(import.meta.dirname, '..');
const page = join(root, 'docs', 'CLI.md');
const jiti = createJiti(import.meta.url);
const { createProgram } = await jiti.import(join(root, 'src/cli/program.ts'));
const { parseHelp } = await jiti.import(join(root, 'src/cli/help/help-text.ts'));

const before = readFileSync(page, 'utf8');
const [head, rest] = split(before, START);
const [, tail] = split(rest, END);
const after = `${head}${START}\n\n${reference()}\n${END}${tail}`;
if (!process.argv.includes('--check')) writeFileSync(page, after);
else if (after !== before) {
  console.error('docs/CLI.md is not what the options say: run npm run docs:cli');
  process.exitCode = 1;
}

function split(text, marker) {
  const parts = text.split(marker);
  if (parts.length !== 2) throw new Error(`docs/CLI.md must have this line once: ${marker}`);
  return parts;
}

function reference() {
  const nothing = async () => {};
  // Whatever verb there is: none is called.
  const verbs = new Proxy({}, { get: () => nothing });
  const program = createProgram(verbs, '');
  return program.commands.map(describe).join('\n');
}

function describe(command) {
  const help = command.createHelp();
  const name = `greenpool ${command.name()}`;
  const groups = new Map();
  for (const option of help.visibleOptions(command)) {
    // Every command has it, and says nothing by it.
    if (option.long === '--help') continue;
    const group = (option.helpGroupHeading ?? 'Options').replace(/:$/, '');
    groups.set(group, [...(groups.get(group) ?? []), option]);
  }
  return [
    `### ${name}`,
    command.description(),
    `\`\`\`\n${help.commandUsage(command)}\n\`\`\``,
    ...list(
      help
        .visibleArguments(command)
        .map((argument) => [code(argument.name()), help.argumentDescription(argument)]),
    ),
    ...[...groups].flatMap(([group, options]) => [
      `**${group}**`,
      table(
        ['', ''],
        options.map((option) => [code(option.flags), optionText(option)]),
      ),
    ]),
    ...sections(command),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function optionText({ description, argChoices, defaultValue, defaultValueDescription }) {
  const initial = defaultValueDescription ?? defaultValue;
  return [
    plain(description),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.map(code).join(', ')}`]),
    ...(initial === undefined ? [] : [`default: ${code(initial)}`]),
  ].join('; ');
}

/** The parts of the help text that are lists of words and what they mean, such as the exit codes. */
function sections(command) {
  command.configureOutput({ getOutHelpWidth: () => WIDTH });
  let text = '';
  const write = (more) => {
    text += more;
  };
  command.emit('afterHelp', { error: false, command, write });
  const found = [];
  let heading = '';
  for (const block of parseHelp(text)) {
    if (block.kind === 'heading') heading = block.text.replace(/:$/, '');
    else if (TOLD_ABOVE.includes(heading)) continue;
    else if (block.kind === 'term') {
      if (found.at(-1)?.heading !== heading) found.push({ heading, rows: [], notes: [] });
      found.at(-1).rows.push([code(block.term), block.text]);
    } else if (block.kind === 'paragraph' && found.at(-1)?.heading === heading)
      found.at(-1).notes.push(block.text);
  }
  return found.flatMap(({ heading, rows, notes }) => [
    `**${heading}**`,
    table(
      ['', ''],
      rows.map(([name, text]) => [name, plain(text)]),
    ),
    ...notes.map(plain),
  ]);
}

function list(rows) {
  return rows.length === 0 ? [] : [rows.map(([name, text]) => `- ${name}: ${plain(text)}`).join('\n')];
}

function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

// Only these would be taken for Markdown or HTML.
function plain(text) {
  return text.replace(/[<>*_]/g, '\\$&');
}

function code(text) {
  return `\`${text}\``;
}
