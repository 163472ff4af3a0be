import type { GreenPool } from '../../core/green-pool.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Host } from '../host.ts';
import type { ItemSource } from '../input/item.ts';
import type { SessionOptions } from '../options.ts';
import type { Tally } from '../run/tally.ts';
import { drawBar } from './bar.ts';
import { describeProgress } from './progress-line.ts';
import { RateMeter } from './rate-meter.ts';
import type { Snapshot } from './snapshot.ts';
import { supportsColor, supportsStatusLine } from './terminal.ts';
import { countWaiting } from './waiting.ts';
import type { ProgressStyle } from './watching-options.ts';

/** What `startProgress` watches and where it shows it. */
export interface ProgressParts {
  readonly style: Exclude<ProgressStyle, 'auto'>;
  readonly hasColor: boolean;
  readonly host: Pick<Host, 'screen' | 'ticks'>;
  readonly tally: Tally;
  readonly reader: ItemSource;
  readonly pool: Pick<GreenPool, 'stats' | 'isPaused'>;
  /** The field that makes the key of an item, where there is one. */
  readonly keyName: string | undefined;
}

/** The progress of a run as it is shown. */
export interface Progress {
  /** Shows nothing more for now; the terminal is as it was. */
  stop(): void;
  /** The run has ended with this code: for those who read nothing but the progress. */
  end(exitCode: ExitCode): void;
}

/** What the options and the terminal say of how to show it. */
export function progressSettings({ options, host }: ProgressFor): ProgressSettings {
  const settings = { host, hasColor: supportsColor(host), keyName: options.per?.field };
  if (options.quiet || options.progress === 'none') return { ...settings, style: 'none' };
  if (options.progress !== 'auto') return { ...settings, style: options.progress };
  return { ...settings, style: supportsStatusLine(host) ? 'bar' : 'lines' };
}

interface ProgressFor {
  readonly options: Pick<SessionOptions, 'progress' | 'quiet' | 'per'>;
  readonly host: Host;
}

type ProgressSettings = Pick<ProgressParts, 'style' | 'host' | 'hasColor' | 'keyName'>;

const REDRAW_EVERY = 100;
const LINE_EVERY = 10_000;
const JSON_EVERY = 1000;

/** Shows how the run goes until stopped. */
export async function startProgress(parts: ProgressParts): Promise<Progress> {
  const { screen, ticks } = parts.host;
  const end = (): void => {};
  switch (parts.style) {
    case 'none':
      return { stop: end, end };
    case 'lines': {
      const take = snapshots(parts);
      return { stop: ticks.every(LINE_EVERY, () => screen.print(describeProgress(take()))), end };
    }
    case 'bar':
      return { stop: startBar(parts), end };
    case 'json':
      return await startJson(parts);
  }
}

function startBar(parts: ProgressParts): () => void {
  const { screen, ticks } = parts.host;
  const take = snapshots(parts);
  const stop = ticks.every(REDRAW_EVERY, () => {
    const { text, width } = drawBar(take(), screen.columns, parts.hasColor);
    screen.setStatus(text, width);
  });
  return () => {
    stop();
    screen.setStatus('');
  };
}

async function startJson(parts: ProgressParts): Promise<Progress> {
  const { screen, ticks } = parts.host;
  // Loaded here: other styles do not wait for it.
  const { describeAsJson } = await import('./json-line.ts');
  const take = snapshots(parts);
  return {
    stop: ticks.every(JSON_EVERY, () => screen.print(describeAsJson(take()))),
    end: (exitCode) => screen.print(describeAsJson(take(), exitCode)),
  };
}

function snapshots({ host: { ticks }, tally, reader, pool, keyName }: ProgressParts): () => Snapshot {
  const start = ticks.now();
  const rate = new RateMeter(start);
  return () => {
    const now = ticks.now();
    rate.sample(now, tally.finished);
    return {
      ...tally.ended,
      finished: tally.finished,
      partlyDone: tally.partlyDone,
      retried: tally.retried,
      running: tally.running,
      waiting: countWaiting(pool, reader),
      keyName,
      expected: reader.expectedItems(),
      perSecond: rate.perSecond(),
      elapsed: now - start,
      isPaused: pool.isPaused,
    };
  };
}
