// Every call of the soak, from its start until its outcome has been compared with the one that it must have.

/** What is counted of a call, by how it must end. */
const COLUMNS = {
  ERR_KILLED: 'killed',
  ERR_TIMEOUT: 'timed out',
  ERR_WORKER_LOST: 'thread lost',
  E_SOAK: 'task failed',
};

export class Ledger {
  wrong = [];
  calls = 0;
  /** By column. */
  counts = { result: 0, ...Object.fromEntries(Object.values(COLUMNS).map((column) => [column, 0])) };
  #open = new Map();
  #handles = 0;
  #ends = 0;

  /** Calls that have no outcome yet, by what they are. */
  get open() {
    return [...this.#open.values()];
  }

  /** Whatever has ended: it stands still when calls hang. */
  get settled() {
    return this.calls - this.#open.size;
  }

  /** Waits for the outcome of `start()`, a promise, which must be the value or the error with these properties. */
  async expect(what, start, { value, error }) {
    const id = this.calls;
    this.calls += 1;
    this.#open.set(id, what);
    let fault;
    try {
      const result = await start();
      if (error !== undefined) fault = `gave ${result}, and no ${error.code}`;
      else if (result !== value) fault = `gave ${result}, not ${value}`;
    } catch (thrown) {
      const differing = Object.entries(error ?? {}).filter(([key, wanted]) => thrown?.[key] !== wanted);
      if (error === undefined) fault = `failed: ${thrown?.code} ${thrown?.message}`;
      else if (differing.length > 0)
        fault = `failed with ${thrown?.code} ${thrown?.message}: not ${differing}`;
    }
    this.#open.delete(id);
    this.counts[error === undefined ? 'result' : COLUMNS[error.code]] += 1;
    if (fault !== undefined) this.wrong.push(`${what} ${fault}`);
  }

  /** Counts how often a handle tells its end: once each, see `checkEnds`. */
  watch(thread) {
    this.#handles += 1;
    thread.link(() => {
      this.#ends += 1;
    });
    return thread;
  }

  checkEnds() {
    if (this.#ends !== this.#handles) this.wrong.push(`${this.#handles} handles told ${this.#ends} ends`);
  }
}
