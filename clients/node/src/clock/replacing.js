import { syncBuiltinESMExports } from "node:module";
import perf from "node:perf_hooks";
import timers from "node:timers";
import promises from "node:timers/promises";

import { movedClocks, movedDate } from "./clocks.js";
import { clearing, standIns } from "./stand_ins.js";

/** Put stand-ins for what waits and what shows the time in place; returns what puts all back. */
export function replace(timeline) {
  const { performance } = perf;
  const waits = standIns(timeline, {
    setTimeout: timers.setTimeout,
    setInterval: timers.setInterval,
    sleep: promises.setTimeout,
    intervals: promises.setInterval,
    timeout: AbortSignal.timeout,
  });
  const clocks = movedClocks(timeline, {
    hrtime: process.hrtime,
    bigint: process.hrtime.bigint,
    now: performance.now.bind(performance),
  });
  const moved = movedDate(timeline, Date);
  const { setTimeout, setInterval } = waits;
  // These stay: a timer that waits longer than time is skipped has to be cleared all the same.
  for (const owner of [timers, globalThis]) {
    put(owner, { clearTimeout: clearing(owner.clearTimeout), clearInterval: clearing(owner.clearInterval) });
  }
  const undo = [
    put(timers, { setTimeout, setInterval }),
    put(globalThis, { setTimeout, setInterval, Date: moved }),
    put(promises, { setTimeout: waits.sleep, setInterval: waits.intervals }),
    put(promises.scheduler, { wait: waits.wait }),
    put(AbortSignal, { timeout: waits.timeout }),
    put(Date.prototype, { constructor: moved }),
    put(performance, { now: clocks.now }),
    put(process, { hrtime: clocks.hrtime }),
  ];
  syncBuiltinESMExports();
  return () => {
    for (const back of undo.reverse()) back();
    syncBuiltinESMExports();
  };
}

/** Put values in place of an object's own; returns what puts those back. */
export function put(owner, values) {
  const before = Object.keys(values).map((name) => [name, Object.getOwnPropertyDescriptor(owner, name)]);
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(owner, name, { value, configurable: true, writable: true, enumerable: true });
  }
  return () => {
    for (const [name, was] of before) was ? Object.defineProperty(owner, name, was) : delete owner[name];
  };
}
