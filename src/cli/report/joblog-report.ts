import { signalIn, statusIn } from '../failures/exit-error.ts';
import { printable } from '../failures/printable.ts';
import { keyIn } from '../journal/identity.ts';
import type { ItemRow } from '../journal/item-history.ts';
import type { Report } from './report.ts';
import { workName } from './work-name.ts';

const HEADER = 'Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n';
// As GNU parallel calls the machine it runs on.
const HOST = ':';
const RUNTIME_WIDTH = 10;

/** The log that GNU parallel writes, for the tools that read it: jobs that have ended, in the order in which they did. */
export async function* joblogReport({ meta, items }: Report): AsyncGenerator<string> {
  const command = workName(meta.spec);
  yield HEADER;
  for await (const rows of items) yield rows.map((row) => lineOf(row, command)).join('');
}

function lineOf(row: ItemRow, command: string): string {
  const { n, id, start, ms, bytes, item } = row;
  if (ms === undefined) return '';
  const [status, signal] = exitOf(row);
  const label = keyIn(id) ?? item;
  // The journal has no place for whole items, so a command comes as it was given, with what is known of its item.
  const line = printable(label === undefined ? command : `${command} ::: ${label}`);
  const times = [seconds(start), seconds(ms).padStart(RUNTIME_WIDTH)];
  return `${[n, HOST, ...times, 0, bytes ?? 0, status, signal, line].join('\t')}\n`;
}

function exitOf({ status, error }: ItemRow): [status: number, signal: number] {
  if (status !== 'failed') return [0, 0];
  const exit = error?.name === 'ExitError' ? statusIn(error.message) : undefined;
  if (exit === undefined) return [1, 0];
  const signal = signalIn(exit);
  // What a signal has ended has no status there.
  return signal > 0 ? [0, signal] : [exit, 0];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
