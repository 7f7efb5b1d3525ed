import { MessagePort } from "node:worker_threads";

import * as real from "./real.js";
import { put } from "./replacing.js";

// Milliseconds of work that make a difference: less is the measuring itself.
const SOME = 0.1;
// Milliseconds in which a thread takes up a message, on a machine with much else to do.
const TAKES_UP = 1_000;

/** Knows the worker threads of this process, and which of them are at work. */
export class Workers {
  #patience;
  #seen = new Map();
  #putBack = () => {};
  #began = (worker) => {
    this.#seen.set(worker, { active: 0, until: 0 });
    worker.once("exit", () => this.#seen.delete(worker));
  };

  constructor(patience) {
    this.#patience = patience;
  }

  watch() {
    const { postMessage } = MessagePort.prototype;
    const posted = () => this.#posted();
    process.on("worker", this.#began);
    this.#putBack = put(MessagePort.prototype, {
      postMessage(...message) {
        postMessage.apply(this, message);
        posted();
      },
    });
  }

  end() {
    process.off("worker", this.#began);
    this.#putBack();
  }

  /** Whether one is starting, computes, has done so in the last `patience` milliseconds, or has a message to take up. */
  get areAtWork() {
    return [...this.#seen].map(([worker, last]) => this.#isAtWork(worker, last)).includes(true);
  }

  // Whose port it is cannot be told: any of them may have something to do now.
  #posted() {
    for (const last of this.#seen.values()) last.until = real.now() + TAKES_UP;
  }

  #isAtWork(worker, last) {
    const { active, idle } = worker.performance.eventLoopUtilization();
    // Before its loop has begun there are no figures.
    if (active + idle === 0 || active > last.active + SOME) Object.assign(last, { active, until: real.now() + this.#patience });
    return real.now() < last.until;
  }
}
