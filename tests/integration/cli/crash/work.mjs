// The function that the crash stories run. It notes each call where no crash can take it back: in a file that it appends
// to before anything else.
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const { EFFECTS, SESSION } = process.env;

export default async function work(item, { attempt, skip }) {
  const items = Array.isArray(item) ? item : [item];
  appendFileSync(EFFECTS, `${SESSION}\t${items.map(({ n }) => n).join('+')}\t${attempt}\n`);
  await sleep(Math.max(...items.map(({ ms }) => Number(ms))));
  const kinds = new Set(items.map(({ kind }) => kind));
  if (kinds.has('fail')) throw Object.assign(new Error('it always fails'), { code: 'EALWAYS' });
  if (kinds.has('flaky') && attempt < 3) throw new Error(`attempt ${attempt} fails`);
  if (kinds.has('skip')) skip('it is left out');
  const results = items.map(({ n, kind }) => ({ n: Number(n), kind, text: textOf(Number(n)) }));
  return Array.isArray(item) ? results : results[0];
}

// Of many lengths, with all that CSV has to quote and characters of more than one byte.
function textOf(n) {
  return `${'ä€"\n,'.slice(0, n % 6)}${'x'.repeat(n % 97 === 0 ? 20_000 : n % 50)}`;
}
