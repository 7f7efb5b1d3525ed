import { isNode } from "./caller.js";

/** Make a `Date` that shows the timeline's present; dates of either are dates of both. */
export function movedDate(timeline, Real) {
  const now = () => Math.trunc(timeline.wall());
  const moved = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (target, given, made) => Reflect.construct(target, given.length ? given : [now()], made),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  return moved;
}

/** Make the stand-ins of `performance.now` and `process.hrtime`. */
export function movedClocks(timeline, found) {
  const nanoseconds = () => found.bigint() + BigInt(Math.round(timeline.skipped * 1e6));
  const hrtime = (before) => {
    if (isNode(hrtime)) return found.hrtime(before);
    const passed = nanoseconds() - (before ? BigInt(before[0]) * 1_000_000_000n + BigInt(before[1]) : 0n);
    return [Number(passed / 1_000_000_000n), Number(passed % 1_000_000_000n)];
  };
  hrtime.bigint = () => (isNode(hrtime.bigint) ? found.bigint() : nanoseconds());
  const now = () => (isNode(now) ? found.now() : timeline.now());
  return { hrtime, now };
}
