/** What one size came to. */
export interface Measurement {
  readonly size: number;
  /** Items a second that did not fail, while as many ran as might. */
  readonly perSecond: number;
  /** Milliseconds that half of the calls stayed below, and 95 of 100. */
  readonly p50: number;
  readonly p95: number;
  readonly calls: number;
  readonly failed: number;
  /** How much of the time the event loop was busy, from 0 to 1. */
  readonly loopUse: number;
  /** How much of the slots was in use, from 0 to 1. */
  readonly slotUse: number;
}

// Between them lies what a function does besides waiting.
const FULL_LOOP = 0.9;
const IDLE_SLOTS = 0.7;

/** Whether the event loop had hardly a moment left: then more calls at a time only wait for each other. */
export function isLoopFull({ loopUse }: Measurement): boolean {
  return loopUse >= FULL_LOOP;
}

/** Whether slots stood empty for want of items. */
export function hasIdleSlots({ slotUse }: Measurement): boolean {
  return slotUse < IDLE_SLOTS;
}

/** The share of calls that failed, from 0 to 1. */
export function failedShare(steps: readonly Measurement[]): number {
  const calls = steps.reduce((sum, step) => sum + step.calls, 0);
  return calls === 0 ? 0 : steps.reduce((sum, step) => sum + step.failed, 0) / calls;
}

/** One measurement a size, the smallest first: what was measured twice is the mean, weighted by calls. */
export function bySize(steps: readonly Measurement[]): Measurement[] {
  const sizes = [...new Set(steps.map(({ size }) => size))].sort((a, b) => a - b);
  return sizes.map((size) =>
    merge(
      size,
      steps.filter((step) => step.size === size),
    ),
  );
}

function merge(size: number, steps: readonly Measurement[]): Measurement {
  const calls = steps.reduce((sum, step) => sum + step.calls, 0);
  const mean = (of: (step: Measurement) => number): number =>
    steps.reduce((sum, step) => sum + of(step) * step.calls, 0) / calls;
  return {
    size,
    perSecond: mean(({ perSecond }) => perSecond),
    p50: mean(({ p50 }) => p50),
    p95: mean(({ p95 }) => p95),
    calls,
    failed: steps.reduce((sum, { failed }) => sum + failed, 0),
    loopUse: mean(({ loopUse }) => loopUse),
    slotUse: mean(({ slotUse }) => slotUse),
  };
}
