import { promisify } from "node:util";

import { isNode } from "./caller.js";
import { Timer, timerOf } from "./timer.js";

/** Make the stand-ins of every function that waits; `found` has those that they replace. */
export function standIns(timeline, found) {
  const timer = (own, repeats) => (call, milliseconds, ...more) =>
    isNode()
      ? own(call, milliseconds, ...more)
      : new Timer(timeline, more.length && typeof call === "function" ? () => call(...more) : call, milliseconds, repeats);
  const clear = (own) => (given) => {
    const ours = timerOf(given);
    return ours ? void ours.close() : own(given);
  };
  const sleep = (milliseconds, value, options) => sleeping(timeline, milliseconds, value, options);
  const made = {
    setTimeout: timer(found.setTimeout, false),
    setInterval: timer(found.setInterval, true),
    clearTimeout: clear(found.clearTimeout),
    clearInterval: clear(found.clearInterval),
    sleep,
    intervals: (milliseconds, value, options) => intervals(timeline, milliseconds, value, options),
    wait: (milliseconds, options) => sleep(milliseconds, undefined, options),
    timeout: (milliseconds) => deadline(timeline, found.timeout, milliseconds),
  };
  made.setTimeout[promisify.custom] = made.sleep;
  return made;
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
    }, milliseconds, false);
    if (!ref) timer.unref();
    signal?.addEventListener("abort", stop, { once: true });
  });
}

async function* intervals(timeline, milliseconds, value, options) {
  for (;;) yield await sleeping(timeline, milliseconds, value, options);
}

function deadline(timeline, own, milliseconds) {
  if (isNode() || !(Number.isInteger(milliseconds) && milliseconds >= 0)) return own.call(AbortSignal, milliseconds);
  const controller = new AbortController();
  const reason = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");
  new Timer(timeline, () => controller.abort(reason()), milliseconds, false).unref();
  return controller.signal;
}

function aborted(signal) {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}
