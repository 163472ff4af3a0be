/** A task of the reference pool. */
export interface ReferenceTask {
  readonly id: number;
  readonly priority: number;
  /** A killed one that is stubborn keeps its slot until it ends by itself. */
  readonly isStubborn: boolean;
  state: 'pending' | 'running' | 'done' | 'failed' | 'killed';
  hasSlot: boolean;
  isQueued: boolean;
}

/** What a pool does, written down as plainly as can be: arrays and scans, nothing asynchronous. */
export class ReferencePool {
  size: number;
  readonly tasks: ReferenceTask[] = [];
  /** The ids of the tasks in the order of their starts. */
  readonly starts: number[] = [];

  constructor(size: number) {
    this.size = size;
  }

  running = (): number => this.tasks.filter((task) => task.hasSlot).length;
  waiting = (): number => this.queue().length;
  free = (): number => this.size - this.running();

  queue(): ReferenceTask[] {
    const queued = this.tasks.filter((task) => task.isQueued);
    return queued.sort((a, b) => b.priority - a.priority || a.id - b.id);
  }

  spawn(priority: number, isStubborn: boolean): void {
    const id = this.tasks.length;
    this.tasks.push({ id, priority, isStubborn, state: 'pending', hasSlot: false, isQueued: true });
    this.#admit();
  }

  trySpawn(isStubborn: boolean): boolean {
    if (this.free() <= 0 || this.waiting() > 0) return false;
    this.spawn(0, isStubborn);
    return true;
  }

  end(task: ReferenceTask, state: 'done' | 'failed'): void {
    if (task.state === 'running') task.state = state;
    task.hasSlot = false;
    this.#admit();
  }

  kill(task: ReferenceTask): void {
    if (task.state !== 'pending' && task.state !== 'running') return;
    task.state = 'killed';
    task.isQueued = false;
    task.hasSlot &&= task.isStubborn;
    this.#admit();
  }

  killAll(): void {
    const all = [...this.tasks];
    for (const task of all) task.isQueued = false;
    for (const task of all) this.kill(task);
  }

  resize(size: number): void {
    this.size = size;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.queue()[0]; next !== undefined && this.free() > 0; next = this.queue()[0]) {
      next.isQueued = false;
      next.hasSlot = true;
      next.state = 'running';
      this.starts.push(next.id);
    }
  }
}
