import { AsyncResource } from "node:async_hooks";

const LONGEST = 2 ** 31 - 1;

/** What `setTimeout` and `setInterval` return: as Node's own, on a timeline. */
export class Timer {
  #timeline;
  #call;
  #given;
  #repeats;
  #refers = true;
  // Who set a timer is who its call belongs to, for AsyncLocalStorage, whichever timer of this machine makes it ring.
  #setter = new AsyncResource("Timeout");

  constructor(timeline, call, milliseconds, { repeats = false, given = [] } = {}) {
    if (typeof call !== "function") {
      const error = new TypeError(`The "callback" argument must be of type function. Received ${typeof call}`);
      throw Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
    }
    this.#timeline = timeline;
    this.#call = call;
    this.#given = given;
    this.#repeats = repeats;
    this.delay = delayOf(milliseconds);
    this.#wait();
  }

  ring() {
    if (this.#repeats) this.#wait();
    this.#setter.runInAsyncScope(this.#call, this, ...this.#given);
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

function delayOf(milliseconds) {
  const asked = Number(milliseconds);
  if (asked > LONGEST) {
    const words = `${asked} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`;
    process.emitWarning(words, "TimeoutOverflowWarning");
  }
  return asked >= 1 && asked <= LONGEST ? Math.trunc(asked) : 1;
}
