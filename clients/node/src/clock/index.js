import { FakeError } from "../fake.js";
import { AccountClock } from "./account_clock.js";
import { Mover } from "./mover.js";
import { replace } from "./replacing.js";
import { Timeline } from "./timeline.js";
import { Work } from "./work.js";

/**
 * Skip waiting in this process, and move the clock of the fake's account in its place, until `restore` is called.
 *
 * `patience` is how long (milliseconds, real) a connection is waited for of which it cannot be told whether it works.
 */
export function skipTime(fake, { key = fake.key, patience = 50 } = {}) {
  if (!key) throw new FakeError("skipTime: expected the key whose account's clock is to move; say { key }, or set KIE_API_KEY");
  const timeline = new Timeline();
  const mover = new Mover(new AccountClock(fake, key, timeline), timeline, new Work(patience));
  const putBack = replace(timeline);
  mover.begin();
  return {
    get skipped() {
      return timeline.skipped / 1000;
    },
    restore() {
      putBack();
      mover.end();
    },
  };
}
