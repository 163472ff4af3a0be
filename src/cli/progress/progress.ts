import type { GreenPool } from '../../core/green-pool.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item.ts';
import type { Tally } from '../run/tally.ts';
import type { StopTicking } from '../ticks.ts';
import { drawBar } from './bar.ts';
import { describeProgress } from './progress-line.ts';
import { RateMeter } from './rate-meter.ts';
import type { Snapshot } from './snapshot.ts';

/** What `startProgress` watches and where it shows it. */
export interface ProgressParts {
  readonly style: 'bar' | 'lines' | 'none';
  readonly hasColor: boolean;
  readonly host: Pick<Host, 'screen' | 'ticks'>;
  readonly tally: Tally;
  readonly reader: ItemSource;
  readonly pool: Pick<GreenPool, 'isPaused' | 'waiting'>;
}

const REDRAW_EVERY = 100;
const LINE_EVERY = 10_000;

/** Shows how the run goes until stopped; then the terminal is as it was. */
export function startProgress(parts: ProgressParts): StopTicking {
  const { style } = parts;
  const { screen, ticks } = parts.host;
  if (style === 'none') return () => {};
  const take = snapshots(parts);
  if (style === 'lines') return ticks.every(LINE_EVERY, () => screen.print(describeProgress(take())));
  const stop = ticks.every(REDRAW_EVERY, () => {
    const { text, width } = drawBar(take(), screen.columns, parts.hasColor);
    screen.setStatus(text, width);
  });
  return () => {
    stop();
    screen.setStatus('');
  };
}

function snapshots({ host: { ticks }, tally, reader, pool }: ProgressParts): () => Snapshot {
  const start = ticks.now();
  const rate = new RateMeter(start);
  return () => {
    const now = ticks.now();
    rate.sample(now, tally.finished);
    return {
      finished: tally.finished,
      partlyDone: tally.partlyDone,
      failed: tally.ended.failed,
      running: tally.running,
      waiting: reader.itemsWaiting + pool.waiting(),
      expected: reader.expectedItems(),
      perSecond: rate.perSecond(),
      elapsed: now - start,
      isPaused: pool.isPaused,
    };
  };
}
