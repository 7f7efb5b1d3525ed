import type { Fake } from "./index.js";

export interface SkipOptions {
  /** The key whose account's clock moves; the fake's own where left out. */
  key?: string;
  /** How long (milliseconds, real) a connection is waited for of which it cannot be told whether it works. */
  patience?: number;
}

export interface SkippedTime {
  /** The seconds that were skipped so far. */
  readonly skipped: number;
  /** Let time pass for real again, and put everything back. */
  restore(): void;
}

/** Skip waiting in this process: move its clocks, and the fake's, to the next due thing. */
export function skipTime(fake: Fake, options?: SkipOptions): SkippedTime;
