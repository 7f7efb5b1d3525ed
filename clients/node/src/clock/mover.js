import * as real from "./real.js";

// Turns of the event loop in which nothing may go on before time moves.
const QUIET_TURNS = 3;
const LOOK = 1;

/** Moves the time of the process and of the fake to the next due thing whenever the process only waits. */
export class Mover {
  #clock;
  #timeline;
  #work;
  #moves = false;
  #ended = false;
  #move = Promise.resolve();

  constructor(clock, timeline, work) {
    this.#clock = clock;
    this.#timeline = timeline;
    this.#work = work;
  }

  begin() {
    this.#work.begin();
    this.#clock.begin();
    this.#timeline.notice(() => queueMicrotask(() => this.#run()));
  }

  /** Move no more; resolves once no move is under way. */
  async end() {
    this.#ended = true;
    this.#work.end();
    this.#clock.end();
    await Promise.allSettled([this.#move]);
    await Promise.allSettled([this.#clock.letGo()]);
  }

  async #run() {
    if (this.#moves) return;
    this.#moves = true;
    try {
      while (!this.#ended && this.#timeline.awaited) {
        this.#move = this.#moveIfQuiet();
        await this.#move;
        await real.pause(LOOK);
      }
    } catch (error) {
      // Who has put all back may have ended the fake as well.
      if (!this.#ended) throw error;
    } finally {
      this.#moves = false;
    }
  }

  async #moveIfQuiet() {
    if (!(await this.#isQuiet())) return;
    const begun = this.#work.begun;
    const clock = await this.#clock.read();
    // Timers ring by real time as well, so that somebody may have begun to work meanwhile.
    if (!(await this.#isQuiet()) || this.#work.begun > begun || this.#work.awaits(clock.delivering)) return;
    await this.#clock.moveToNext(clock);
  }

  async #isQuiet() {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      await real.turn();
      if (this.#ended || this.#work.goesOn) return false;
    }
    return true;
  }
}
