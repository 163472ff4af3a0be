import { rmSync } from 'node:fs';
import { describeThrown } from '../thrown.ts';
import { quoteCommand } from './command-line.ts';
import type { OpenControlParts } from './open-control.ts';
import { findPlaces } from './places.ts';
import { RunControl } from './run-control.ts';
import { type Serving, serve } from './serve.ts';

const SAMPLE_EVERY = 1_000;

/**
 * Listens for those who want to steer a run of this process.
 *
 * @throws {Error} that says what is wrong with each place.
 */
export async function serveRun({ host, ...parts }: OpenControlParts, start: number): Promise<Serving> {
  const { ticks, events, screen } = host;
  const { pid } = process;
  const command = quoteCommand(['greenpool', ...process.argv.slice(2)]);
  const print = (text: string): void => screen.print(text);
  const control = new RunControl({ ...parts, ticks, start, pid, command, print });
  const { paths, faults } = findPlaces(host).own(pid);
  for (const path of paths) {
    try {
      const serving = await serve({ path, ticks, answer: (request) => control.answer(request) });
      // The third ctrl-C, and whatever else ends the process on the spot.
      const remove = (): void => rmSync(path, { force: true });
      const stop = ticks.every(SAMPLE_EVERY, () => control.sample());
      events.on('exit', remove);
      return {
        close() {
          stop();
          events.off('exit', remove);
          serving.close();
        },
      };
    } catch (error) {
      faults.push(describeThrown(error));
    }
  }
  throw new Error(faults.join('; '));
}
