import { constants } from 'node:os';
import { dirname } from 'node:path';
import type { JournalFile, JournalFiles } from '../../../src/cli/journal/journal-files.ts';
import { type Random, upTo } from './random.ts';

/** What a crash leaves: all that was written, or what was synced and some of the rest. */
export type CrashKind = 'kill' | 'power';

/** A file, under whatever names. */
interface Inode {
  data: Buffer;
  /** What a power loss cannot take. */
  durable: Buffer;
}

/** When the disk does what it should not. Calls that change something are numbered from 1. */
export interface DiskPlan {
  /** Everything stops at this call: half of it may have happened, and it never returns. */
  readonly crashAt?: number;
  /** Called at that moment. */
  readonly onCrash?: () => void;
  /** From this call on the disk takes some of the bytes, then refuses. */
  readonly failAt?: number;
}

/** A disk in memory that stops, tears and forgets. */
export class CrashDisk implements JournalFiles {
  readonly #random: Random;
  readonly #plan: DiskPlan;
  #names: Map<string, Inode>;
  #durableNames: Map<string, Inode>;
  #calls = 0;
  #crash: () => void = () => {};
  /** Resolves at the crash. */
  readonly crashed: Promise<void> = new Promise((resolve) => {
    this.#crash = resolve;
  });

  constructor(random: Random, plan: DiskPlan = {}, names: Map<string, Inode> = new Map()) {
    this.#random = random;
    this.#plan = plan;
    this.#names = names;
    this.#durableNames = new Map(names);
  }

  /** Calls so far that changed something. */
  get calls(): number {
    return this.#calls;
  }

  content(path: string): Buffer {
    return this.#names.get(path)?.data ?? Buffer.alloc(0);
  }

  put(path: string, data: Buffer): void {
    const inode = { data, durable: data };
    this.#names.set(path, inode);
    this.#durableNames.set(path, inode);
  }

  /** The disk as the next process finds it. */
  afterCrash(kind: CrashKind, plan: DiskPlan = {}): CrashDisk {
    const names = kind === 'kill' ? this.#names : this.#namesAfterPowerLoss();
    const inodes = new Map<Inode, Inode>();
    for (const inode of new Set(names.values())) {
      const data = kind === 'kill' ? inode.data : this.#dataAfterPowerLoss(inode);
      inodes.set(inode, { data, durable: kind === 'kill' ? inode.durable : data });
    }
    const disk = new CrashDisk(
      this.#random,
      plan,
      new Map([...names].map(([path, inode]) => [path, inodes.get(inode)!])),
    );
    if (kind === 'kill') {
      disk.#durableNames = new Map(
        [...this.#durableNames].map(([path, inode]) => [path, inodes.get(inode) ?? inode]),
      );
    }
    return disk;
  }

  async open(path: string, mode: 'append' | 'empty'): Promise<JournalFile> {
    await this.#change(() => {
      const inode = this.#names.get(path) ?? { data: Buffer.alloc(0), durable: Buffer.alloc(0) };
      this.#names.set(path, inode);
      if (mode === 'empty') cut(inode, 0);
    });
    const inode = this.#names.get(path)!;
    return {
      path,
      append: (bytes) => this.#append(inode, bytes),
      datasync: () => {
        const { data } = inode;
        return this.#change(() => {
          // What was appended since the call may or may not be there: the worst is that it is not.
          inode.durable = data;
        });
      },
      close: async () => {},
    };
  }

  async read(path: string, at: number, length: number): Promise<Buffer> {
    return this.content(path).subarray(at, at + length);
  }

  async size(path: string): Promise<number | undefined> {
    return this.#names.get(path)?.data.length;
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#change(() => cut(this.#names.get(path)!, size));
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change(() => {
      this.#names.set(to, this.#names.get(from)!);
      this.#names.delete(from);
    });
  }

  remove(path: string): Promise<void> {
    return this.#change(() => this.#names.delete(path));
  }

  async list(folder: string): Promise<string[]> {
    const paths = [...this.#names.keys()].filter((path) => dirname(path) === folder);
    return paths.map((path) => path.slice(folder.length + 1));
  }

  async makeFolder(): Promise<void> {}

  syncFolder(folder: string): Promise<void> {
    return this.#change(() => {
      for (const path of [...this.#durableNames.keys()]) {
        if (dirname(path) === folder) this.#durableNames.delete(path);
      }
      for (const [path, inode] of this.#names)
        if (dirname(path) === folder) this.#durableNames.set(path, inode);
    });
  }

  #append(inode: Inode, bytes: Uint8Array): Promise<void> {
    const put = (count: number): void => {
      inode.data = Buffer.concat([inode.data, bytes.subarray(0, count)]);
    };
    return this.#change(
      () => put(bytes.length),
      () => put(upTo(bytes.length, this.#random)),
    );
  }

  /** One call: `partly` is what happens of it when it does not come to its end. */
  async #change(
    wholly: () => void,
    partly: () => void = () => this.#random() < 0.5 && wholly(),
  ): Promise<void> {
    await this.#linger();
    if (this.#isStopped) return await never();
    this.#calls += 1;
    if (this.#isStopped) {
      partly();
      this.#plan.onCrash?.();
      this.#crash();
      return await never();
    }
    if (this.#calls >= (this.#plan.failAt ?? Number.POSITIVE_INFINITY)) {
      partly();
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', errno: -constants.errno.ENOSPC });
    }
    wholly();
    await this.#linger();
  }

  get #isStopped(): boolean {
    return this.#calls >= (this.#plan.crashAt ?? Number.POSITIVE_INFINITY);
  }

  // Calls that are under way at the same time end in any order.
  async #linger(): Promise<void> {
    for (let turns = upTo(2, this.#random); turns > 0; turns -= 1) await nextTurn();
  }

  #namesAfterPowerLoss(): Map<string, Inode> {
    const names = new Map<string, Inode>();
    for (const path of new Set([...this.#names.keys(), ...this.#durableNames.keys()])) {
      const inode = (this.#random() < 0.5 ? this.#names : this.#durableNames).get(path);
      if (inode !== undefined) names.set(path, inode);
    }
    return names;
  }

  /** Some of what was not synced, and of that, now and then, only the length. */
  #dataAfterPowerLoss({ data, durable }: Inode): Buffer {
    const rest = data.subarray(durable.length);
    const survived = Buffer.from(rest.subarray(0, upTo(rest.length, this.#random)));
    if (this.#random() < 0.3) survived.fill(0, upTo(survived.length, this.#random));
    return Buffer.concat([durable, survived]);
  }
}

function cut(inode: Inode, size: number): void {
  inode.data = inode.data.subarray(0, size);
  inode.durable = inode.durable.subarray(0, size);
}

/** Lets others go on. Microtasks, since thousands of runs of hundreds of turns each are made of it. */
export async function nextTurn(): Promise<void> {
  for (let count = 3; count > 0; count -= 1) await Promise.resolve();
}

function never(): Promise<never> {
  return new Promise(() => {});
}
