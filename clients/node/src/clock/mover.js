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

  end() {
    this.#ended = true;
    this.#work.end();
    this.#clock.end();
  }

  async #run() {
    if (this.#moves) return;
    this.#moves = true;
    try {
      while (!this.#ended && this.#timeline.awaited) {
        if (!(await this.#move())) await real.pause(LOOK);
      }
    } finally {
      this.#moves = false;
    }
  }

  /** Move if nobody is at work; returns whether it moved. */
  async #move() {
    if (!(await this.#isQuiet())) return false;
    const begun = this.#work.begun;
    const clock = await this.#clock.read();
    // Timers ring by real time as well, so that somebody may have begun to work meanwhile.
    if (!(await this.#isQuiet()) || this.#work.begun > begun || this.#work.awaits(clock.delivering)) return false;
    return this.#clock.moveToNext(clock);
  }

  async #isQuiet() {
    for (let turn = 0; turn < QUIET_TURNS; turn += 1) {
      await real.turn();
      if (this.#work.goesOn) return false;
    }
    return true;
  }
}
