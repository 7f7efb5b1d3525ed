/** What `setTimeout` and `setInterval` return: as Node's own, on a timeline. */
export class Timer {
  #timeline;
  #call;
  #repeats;
  #refers = true;

  constructor(timeline, call, milliseconds, repeats) {
    if (typeof call !== "function") {
      const error = new TypeError(`The "callback" argument must be of type function. Received ${typeof call}`);
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    this.#timeline = timeline;
    this.#call = call;
    this.#repeats = repeats;
    const asked = Number(milliseconds);
    this.delay = asked >= 1 && asked < 2 ** 31 ? Math.trunc(asked) : 1;
    this.#wait();
  }

  ring() {
    if (this.#repeats) this.#wait();
    this.#call();
  }

  ref() {
    return this.#refer(true);
  }

  unref() {
    return this.#refer(false);
  }

  hasRef() {
    return this.#refers;
  }

  refresh() {
    this.#timeline.remove(this);
    this.#wait();
    return this;
  }

  close() {
    this.#timeline.remove(this);
    return this;
  }

  [Symbol.toPrimitive]() {
    numbered.set((this.number ??= ++last), new WeakRef(this));
    return this.number;
  }

  #refer(refers) {
    this.#refers = refers;
    this.#timeline.arm();
    return this;
  }

  #wait() {
    this.due = this.#timeline.now() + this.delay;
    this.#timeline.add(this);
  }
}

if (Symbol.dispose) Timer.prototype[Symbol.dispose] = Timer.prototype.close;

// Timers that were turned into numbers, by which they may be cleared. Node's own numbers begin at 1.
const numbered = new Map();
let last = 1e9;

/** Return the timer that a timer or its number stands for, or undefined for none of ours. */
export function timerOf(given) {
  return given instanceof Timer ? given : numbered.get(Number(given))?.deref();
}
