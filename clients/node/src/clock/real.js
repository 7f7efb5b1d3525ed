/** Clocks and waits of this machine, taken before anything is replaced. */
import { performance } from "node:perf_hooks";

export const { setTimeout, clearTimeout, setImmediate, Date } = globalThis;
export const now = performance.now.bind(performance);
export const epoch = Date.now() - now();

/** Wait for real; a wait that nobody else needs lets the process end. */
export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

/** Let the event loop take what has come in. */
export function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}
