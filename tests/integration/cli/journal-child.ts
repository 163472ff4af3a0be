// A process to be killed: runs a workload with a journal on the real disk, in the folder where it is started, and notes
// with synchronous writes what its items go through.
import { appendFileSync, existsSync } from 'node:fs';
import { lockJournal } from '../../../src/cli/journal/lock.ts';
import { nodeFiles } from '../../../src/cli/journal/node-files.ts';
import { systemClock } from '../../../src/primitives/clock.ts';
import { Ledger, PLACE, runWorkload } from '../../support/journal/workload.ts';

class FileLedger extends Ledger {
  override start(item: string): void {
    appendFileSync('ledger', `start ${item}\n`);
  }

  override acknowledge(item: string): void {
    appendFileSync('ledger', `safe ${item}\n`);
  }
}

const [order, count = '0'] = process.argv.slice(2);
const workload = {
  input: Array.from({ length: Number(count) }, (_, index) => `item ${index}`),
  size: 4,
  ordered: order === 'ordered',
  sync: 'batch',
  freeSlot: 'when written',
  clock: systemClock,
} as const;

if (!existsSync(PLACE.folder)) await nodeFiles.makeFolder(PLACE.folder);
const lock = await lockJournal(PLACE.folder, { files: nodeFiles });
process.stdout.write('locked\n');
await runWorkload(nodeFiles, workload, new FileLedger(), Math.random);
await lock.release();
