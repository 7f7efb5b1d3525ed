import { promisify } from "node:util";

import { isNode } from "./caller.js";
import { Timer, timerOf } from "./timer.js";

/** Make the stand-ins of every function that waits; `found` has those that they replace. */
export function standIns(timeline, found) {
  const timer = (own, repeats) => {
    const set = (call, milliseconds, ...given) =>
      isNode(set) ? own(call, milliseconds, ...given) : new Timer(timeline, call, milliseconds, { repeats, given });
    return set;
  };
  // What Node refuses is refused in its own words.
  const promised = (own, ours) => (milliseconds, value, options) =>
    isTaken(options) ? ours(timeline, milliseconds, value, options) : own(milliseconds, value, options);
  const sleep = promised(found.sleep, sleeping);
  const made = {
    setTimeout: timer(found.setTimeout, false),
    setInterval: timer(found.setInterval, true),
    sleep,
    intervals: promised(found.intervals, intervals),
    wait: (milliseconds, options) => sleep(milliseconds, undefined, options),
    timeout: (milliseconds) =>
      isNode(made.timeout) || !isDelay(milliseconds) ? found.timeout.call(AbortSignal, milliseconds) : deadline(timeline, milliseconds),
  };
  made.setTimeout[promisify.custom] = made.sleep;
  return made;
}

// What clears timers, by what it stands in for, and by itself.
const clears = new WeakMap();

/** Make what clears timers of ours as well as those that `own` clears. */
export function clearing(own) {
  if (!clears.has(own)) {
    const clear = (given) => {
      const ours = timerOf(given);
      return ours ? void ours.close() : own(given);
    };
    clears.set(own, clear).set(clear, clear);
  }
  return clears.get(own);
}

function sleeping(timeline, milliseconds, value, { signal = undefined, ref = true } = {}) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(aborted(signal));
    const stop = () => {
      timer.close();
      reject(aborted(signal));
    };
    const timer = new Timer(timeline, () => {
      signal?.removeEventListener("abort", stop);
      resolve(value);
    }, milliseconds);
    if (!ref) timer.unref();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Yield once for each moment of the interval, also for those that come while nobody asks for the next. */
async function* intervals(timeline, milliseconds, value, { signal = undefined, ref = true } = {}) {
  if (signal?.aborted) throw aborted(signal);
  let owed = 0;
  let wake = () => {};
  const timer = new Timer(timeline, () => wake((owed += 1)), milliseconds, { repeats: true });
  const stop = () => wake();
  if (!ref) timer.unref();
  signal?.addEventListener("abort", stop, { once: true });
  try {
    while (!signal?.aborted) {
      if (!owed) await new Promise((resolve) => (wake = resolve));
      for (; owed > 0; owed -= 1) yield value;
    }
    throw aborted(signal);
  } finally {
    timer.close();
    signal?.removeEventListener("abort", stop);
  }
}

function deadline(timeline, milliseconds) {
  const controller = new AbortController();
  const reason = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
  new Timer(timeline, () => controller.abort(reason()), milliseconds).unref();
  return controller.signal;
}

function isDelay(milliseconds) {
  return Number.isInteger(milliseconds) && milliseconds >= 0;
}

function isTaken(options) {
  if (options === undefined) return true;
  if (options === null || typeof options !== "object") return false;
  const { signal, ref = true } = options;
  const isSignal = signal === undefined || (signal !== null && typeof signal === "object" && "aborted" in signal);
  return isSignal && typeof ref === "boolean";
}

function aborted(signal) {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
