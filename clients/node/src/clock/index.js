import { FakeError } from "../fake.js";
import { AccountClock } from "./account_clock.js";
import { Mover } from "./mover.js";
import { replace } from "./replacing.js";
import { Timeline } from "./timeline.js";
import { Work } from "./work.js";

// What puts all back, while time is skipped.
let putBack;

/**
 * Skip waiting in this process, and move the clock of the fake's account in its place, until `restore` is called.
 *
 * `patience` is how long (milliseconds, real) is waited for what may be at work or not.
 */
export function skipTime(fake, { key = fake.key, patience = 50 } = {}) {
  if (!key) throw new FakeError("skipTime: expected the key whose account's clock is to move; say { key }, or set KIE_API_KEY");
  if (putBack) throw new FakeError("skipTime: time is skipped already, by fakie/preload or by a skipTime without its restore(); a process has one time");
  const timeline = new Timeline();
  const mover = new Mover(new AccountClock(fake, key, timeline), timeline, new Work(patience));
  const ours = replace(timeline);
  putBack = ours;
  mover.begin();
  return {
    get skipped() {
      return timeline.skipped / 1000;
    },
    restore() {
      if (putBack === ours) putBack = void ours();
      return mover.end();
    },
  };
}
