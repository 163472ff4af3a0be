import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { listenForStop, type StopSignal } from '../../../../src/cli/run/stop-signals.ts';
import { FakeTicks } from '../fake-ticks.ts';

function setUp() {
  const calls: string[] = [];
  const signals = new EventEmitter();
  const ticks = new FakeTicks();
  const run = {
    drain: () => calls.push('drain'),
    cancel: () => calls.push('cancel'),
    abandon: () => calls.push('abandon'),
  };
  const listener = listenForStop({
    signals,
    run,
    ticks,
    patience: 3000,
    runningItems: () => 2,
    print: (text) => calls.push(text),
    leave: (code) => calls.push(`leave ${code}`),
  });
  const send = (signal: StopSignal) => signals.emit(signal, signal);
  return { calls, signals, ticks, listener, send };
}

const DRAINING = 'greenpool: no new items; waiting for 2 running (ctrl-C again cancels them)';

describe('listenForStop', () => {
  test('the first ctrl-C drains, the second cancels, the third leaves', () => {
    const { calls, listener, send } = setUp();

    send('SIGINT');
    expect(calls).toEqual(['drain', DRAINING]);
    expect(listener.cancelledBy).toBeUndefined();
    send('SIGINT');
    expect(calls.slice(2)).toEqual(['greenpool: cancelling 2 running (once more leaves at once)', 'cancel']);
    expect(listener.cancelledBy).toBe('SIGINT');
    send('SIGINT');

    expect(calls.at(-1)).toBe('leave 130');
  });

  test('after ctrl-C a drain takes as long as it takes', () => {
    const { calls, ticks, send } = setUp();

    send('SIGINT');
    ticks.pass(3_600_000);

    expect(calls).toEqual(['drain', DRAINING]);
  });

  test('SIGTERM drains, cancels after five seconds, and waits three more for those who ignore it', () => {
    const { calls, ticks, listener, send } = setUp();

    send('SIGTERM');
    ticks.pass(4999);
    expect(calls[0]).toBe('drain');
    expect(calls).not.toContain('cancel');
    ticks.pass(1);
    expect(calls.at(-1)).toBe('cancel');
    ticks.pass(3000);

    expect(calls.at(-1)).toBe('abandon');
    expect(listener.cancelledBy).toBe('SIGTERM');
  });

  test('close leaves no listener and no timer', () => {
    const { signals, ticks, listener, send } = setUp();
    send('SIGTERM');
    send('SIGTERM');

    listener.close();

    expect([signals.listenerCount('SIGINT'), signals.listenerCount('SIGTERM'), ticks.pending]).toEqual([
      0, 0, 0,
    ]);
  });
});
