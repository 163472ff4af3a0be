import type { Host } from '../host.ts';
import { describeThrown } from '../thrown.ts';
import type { RunControlParts } from './run-control.ts';
import type { Serving } from './serve.ts';

/** What is steered, and the process that it runs in. */
export interface OpenControlParts extends Pick<RunControlParts, 'run' | 'tally' | 'reader'> {
  readonly host: Pick<Host, 'ticks' | 'screen' | 'env' | 'events'>;
}

// Who wants to steer a run has to find it first. Most short ones are over before anything of this is loaded.
const OPEN_AFTER = 200;

/** Lets `greenpool ctl` and `status` reach a run until closed. That they cannot is no failure of the run. */
export function openControl(parts: OpenControlParts): Serving {
  const { ticks, env, screen } = parts.host;
  const start = ticks.now();
  let isClosed = false;
  let serving: Serving | undefined;
  const open = async (): Promise<void> => {
    try {
      const { serveRun } = await import('./serve-run.ts');
      if (isClosed) return;
      serving = await serveRun(parts, start);
      if (isClosed) serving.close();
    } catch (error) {
      if (env.GREENPOOL_DEBUG) screen.print(`greenpool: ctl cannot reach this run: ${describeThrown(error)}`);
    }
  };
  const stop = ticks.after(OPEN_AFTER, () => void open());
  return {
    close() {
      isClosed = true;
      stop();
      serving?.close();
    },
  };
}
