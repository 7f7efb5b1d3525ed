import * as real from "./real.js";

// Milliseconds of work that make a difference: less is the measuring itself.
const SOME = 0.1;

/** Knows the worker threads of this process, and which of them are at work. */
export class Workers {
  #patience;
  #seen = new Map();
  #began = (worker) => {
    this.#seen.set(worker, { active: 0, at: real.now() });
    worker.once("exit", () => this.#seen.delete(worker));
  };

  constructor(patience) {
    this.#patience = patience;
  }

  watch() {
    process.on("worker", this.#began);
  }

  end() {
    process.off("worker", this.#began);
  }

  /** Whether one is starting, computes, or has done so in the last `patience` milliseconds. */
  get areAtWork() {
    return [...this.#seen].map(([worker, last]) => this.#isAtWork(worker, last)).includes(true);
  }

  #isAtWork(worker, last) {
    const { active, idle } = worker.performance.eventLoopUtilization();
    // Before its loop has begun there are no figures.
    if (active + idle === 0 || active > last.active + SOME) Object.assign(last, { active, at: real.now() });
    return real.now() - last.at < this.#patience;
  }
}
