import { Exchanges } from "./exchanges.js";
import * as real from "./real.js";
import { Workers } from "./workers.js";

// What waits for whatever may come, and is nobody's work.
const WATCHING = new Set(
  ["Timeout", "Immediate", "TCPServerWrap", "PipeServerWrap", "TTYWrap", "SignalWrap", "FSEventWrap", "StatWatcher"].concat([
    "UDPWrap",
    "MessagePort",
    "PipeWrap",
  ]),
);
const SOCKET = "TCPSocketWrap";

/** Tells whether this process is at work, or waits only for time to pass. */
export class Work {
  #exchanges = new Exchanges();
  #workers;
  #patience;
  #doubtful = "";
  #since = 0;

  constructor(patience) {
    this.#patience = patience;
    this.#workers = new Workers(patience);
  }

  begin() {
    this.#exchanges.watch();
    this.#workers.watch();
  }

  end() {
    this.#exchanges.end();
    this.#workers.end();
  }

  /** How many requests were begun or taken so far, but for those about the fake's clock. */
  get begun() {
    return this.#exchanges.begun;
  }

  /** Tell whether callbacks are still on their way, of those that the fake is delivering; a receiver here may wait. */
  awaits(delivering) {
    return delivering > this.#exchanges.asked;
  }

  /** Tell whether anything real is waited for; what may be at work or not gets `patience` milliseconds. */
  get goesOn() {
    const resources = process.getActiveResourcesInfo();
    const ours = this.#exchanges.outside || this.#workers.areAtWork;
    if (ours || resources.some((kind) => kind !== SOCKET && !WATCHING.has(kind))) {
      this.#doubtful = "";
      return true;
    }
    const sockets = resources.filter((kind) => kind === SOCKET).length;
    const unknown = sockets - this.#exchanges.served - this.#exchanges.within;
    return unknown > 0 && this.#isFresh(`${unknown}`);
  }

  #isFresh(doubtful) {
    if (doubtful !== this.#doubtful) {
      this.#doubtful = doubtful;
      this.#since = real.now();
    }
    return real.now() - this.#since < this.#patience;
  }
}
