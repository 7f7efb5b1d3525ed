import * as real from "./real.js";

/** The time of this process, real time plus what was skipped, and the timers that wait on it; in milliseconds. */
export class Timeline {
  skipped = 0;
  #waiting = new Set();
  #alarm = undefined;
  #holds = false;
  #noticed = () => {};

  now() {
    return real.now() + this.skipped;
  }

  wall() {
    return real.epoch + this.now();
  }

  /** Say what to call whenever a timer begins to wait. */
  notice(call) {
    this.#noticed = call;
  }

  add(timer) {
    this.#waiting.add(timer);
    this.arm();
    this.#noticed();
  }

  remove(timer) {
    if (this.#waiting.delete(timer)) this.arm();
  }

  has(timer) {
    return this.#waiting.has(timer);
  }

  /** The first timer that is due; of those due together the one that was set first. */
  first() {
    let first;
    for (const timer of this.#waiting) if (!first || timer.due < first.due) first = timer;
    return first;
  }

  /** Whether anybody waits who keeps the process alive. */
  get awaited() {
    return [...this.#waiting].some((timer) => timer.hasRef());
  }

  skip(milliseconds) {
    this.skipped += Math.max(0, milliseconds);
    this.arm();
  }

  /** Skip, and let timers ring only once somebody else has moved as well. */
  async skipDuring(milliseconds, move) {
    this.#holds = true;
    this.skip(milliseconds);
    try {
      await move();
    } finally {
      this.#holds = false;
      this.arm();
    }
  }

  /** Let a real timer ring for the first one; it keeps the process alive exactly if one of ours does. */
  arm() {
    real.clearTimeout(this.#alarm);
    const first = this.first();
    if (!first || this.#holds) return;
    const left = Math.min(Math.max(0, Math.ceil(first.due - this.now())), 2 ** 31 - 1);
    this.#alarm = real.setTimeout(() => this.#ring(), left);
    if (!this.awaited) this.#alarm.unref();
  }

  #ring() {
    const first = this.first();
    if (first && first.due <= this.now()) {
      this.#waiting.delete(first);
      // The next one rings in a turn of its own, as Node lets promises run between two timers.
      this.arm();
      first.ring();
    } else {
      this.arm();
    }
  }
}
