import type { Fake } from "./index.js";

export interface SkipOptions {
  /** The key whose account's clock moves; the fake's own where left out. */
  key?: string;
  /** How long (milliseconds, real) is waited for what may be at work or not: a connection, a worker thread that is idle. */
  patience?: number;
}

export interface SkippedTime {
  /** The seconds that were skipped so far. */
  readonly skipped: number;
  /** Let time pass for real again, and put everything back; resolves once no clock is on its way to be moved. */
  restore(): Promise<void>;
}

/** Skip waiting in this process: move its clocks, and the fake's, to the next due thing. One at a time. */
export function skipTime(fake: Fake, options?: SkipOptions): SkippedTime;
