import { Semaphore } from '../../src/primitives/semaphore.ts';
import type { SemaphoreLike } from '../property/primitives-semaphore.ts';

interface Options {
  signal?: AbortSignal | undefined;
}

/** No hand-off: a released permit is free for whoever asks first, and those who waited only look again. */
export class BargingSemaphore implements SemaphoreLike {
  #permits: number;
  #wakers: (() => void)[] = [];

  constructor(n: number) {
    this.#permits = n;
  }

  get balance(): number {
    return this.#permits - this.#wakers.length;
  }

  async acquire({ signal }: Options = {}): Promise<{ release(): void }> {
    while (this.#permits === 0) {
      await new Promise<void>((resolve, reject) => {
        this.#wakers.push(resolve);
        signal?.addEventListener('abort', () => {
          this.#wakers = this.#wakers.filter((waker) => waker !== resolve);
          reject(signal.reason);
        });
      });
    }
    return this.#take();
  }

  tryAcquire(): { release(): void } | undefined {
    return this.#permits > 0 ? this.#take() : undefined;
  }

  release(): void {
    this.#permits += 1;
    this.#wakers.shift()?.();
  }

  #take(): { release(): void } {
    this.#permits -= 1;
    return { release: () => this.release() };
  }
}

/** An aborted caller stays in the queue: the permit it is given later is lost. */
export class LosingSemaphore extends Semaphore {
  override acquire({ signal }: Options = {}): ReturnType<Semaphore['acquire']> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
      super.acquire().then(resolve, reject);
    });
  }
}

/** An aborted caller gives back a permit that it never had. */
export class MintingSemaphore extends Semaphore {
  override async acquire({ signal }: Options = {}): ReturnType<Semaphore['acquire']> {
    try {
      return await super.acquire({ signal });
    } catch (error) {
      this.release();
      throw error;
    }
  }
}

/** The caller that came last is served first. */
export class UnfairSemaphore implements SemaphoreLike {
  #permits: number;
  #waiting: { grant: (permit: { release(): void }) => void; signal: AbortSignal | undefined }[] = [];

  constructor(n: number) {
    this.#permits = n;
  }

  get balance(): number {
    return this.#permits - this.#waiting.length;
  }

  acquire({ signal }: Options = {}): Promise<{ release(): void }> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const permit = this.tryAcquire();
    if (permit !== undefined) return Promise.resolve(permit);
    return new Promise((grant, reject) => {
      const waiting = { grant, signal };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(signal.reason);
      });
    });
  }

  tryAcquire(): { release(): void } | undefined {
    if (this.#permits === 0) return undefined;
    this.#permits -= 1;
    return { release: () => this.release() };
  }

  release(): void {
    const last = this.#waiting.pop();
    if (last === undefined) this.#permits += 1;
    else last.grant({ release: () => this.release() });
  }
}
