import { subscribe, unsubscribe } from "node:diagnostics_channel";

import { MOVED } from "../fake.js";

// Seconds by which the clocks of two processes may differ without one having been moved.
const SAME = 0.01;

/** The clock of a fake's account, kept together with a timeline of this process. */
export class AccountClock {
  #fake;
  #key;
  #handle;
  #timeline;
  #heard = ({ url, clocks }) => url === this.#fake.url && this.#follow(clocks[this.#handle]);

  constructor(fake, key, timeline) {
    this.#fake = fake;
    this.#key = key;
    this.#timeline = timeline;
  }

  begin() {
    subscribe(MOVED, this.#heard);
  }

  end() {
    unsubscribe(MOVED, this.#heard);
  }

  /** Say that receivers in this process see the real time again. */
  async letGo() {
    if (this.#handle) await this.#fake.moveClock({ account: this.#key, receivers_ahead: 0, wait: false });
  }

  /** Return what the fake says of the account's clock, and follow it. */
  async read() {
    this.#handle ??= (await this.#fake.account({ key: this.#key })).account;
    const clock = (await this.#fake.clock())[this.#handle];
    this.#follow(clock);
    return clock;
  }

  /** Move to a timer of this process, or to what is due on the account's clock, whichever comes first. */
  async moveToNext(clock) {
    const first = this.#timeline.first();
    if (!first) return;
    const now = this.#timeline.now();
    const milliseconds = Math.max(0, Math.min(first.due - now, untilDue(clock) * 1000));
    // A callback may come before the fake says that it has moved, and is to find the new time here.
    await this.#timeline.skipDuring(milliseconds, () => {
      // A receiver may refuse what is not fresh by its own clock.
      const ahead = { receivers_ahead: this.#timeline.skipped / 1000 };
      return this.#fake.moveClock({ account: this.#key, advance: milliseconds / 1000, wait: false, ...ahead });
    });
  }

  /** Skip what somebody else has skipped of the account's time. */
  #follow(clock) {
    const ahead = clock ? clock.now - this.#timeline.wall() / 1000 : 0;
    if (ahead > SAME) this.#timeline.skip(ahead * 1000);
  }
}

function untilDue({ now, next_due: due, frozen }) {
  return due === null || frozen ? Infinity : Math.max(0, due - now);
}
