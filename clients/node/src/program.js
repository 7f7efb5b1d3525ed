import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { Fake, FakeError } from "./fake.js";

const READY = / ready at (\S+) /;
const LAST_LINES = 20;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const children = new Set();

/** Start `fakie serve` as a child of this process; resolves, once it answers, to its control with a `stop`. */
export async function start({ command = ["fakie"], args = [], key = "test-key", port = 0 } = {}) {
  const [program, ...first] = [command].flat();
  const child = spawn(program, [...first, "serve", "--port", String(port), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  endWithUs(child);
  const url = await ready(child, program);
  // A fake that runs keeps neither the process alive nor its time from moving.
  for (const each of [child, child.stdout, child.stderr]) each.unref();
  return new StartedFake(url, key, child);
}

/** Let a child end when this process does, by itself or by a signal, from its first moment on. */
function endWithUs(child) {
  if (!children.size) process.on("exit", endAll);
  children.add(child);
  SIGNALS.forEach(hear);
  for (const gone of ["exit", "error"]) child.once(gone, () => forget(child));
}

function forget(child) {
  if (!children.delete(child) || children.size) return;
  process.off("exit", endAll);
  for (const signal of SIGNALS) process.off(signal, endBy);
}

function endAll() {
  for (const child of children) child.kill();
}

/** Hear a signal before all others: a listener of one time alone is gone once it has run. */
function hear(signal) {
  if (children.size && !process.listeners(signal).includes(endBy)) process.prependListener(signal, endBy);
}

/** End by a signal as if nobody listened; where somebody else does, it is theirs to say whether the process ends. */
function endBy(signal) {
  if (process.listenerCount(signal) > 1) {
    // Some end it if nobody but them listens, so nobody of ours does until they have run.
    process.off(signal, endBy);
    setImmediate(hear, signal);
    return;
  }
  endAll();
  process.off(signal, endBy);
  process.kill(process.pid, signal);
}

class StartedFake extends Fake {
  #child;

  constructor(url, key, child) {
    super(url, { key });
    this.#child = child;
  }

  /** End it; resolves when its process has ended. */
  async stop() {
    if (hasEnded(this.#child)) return;
    this.#child.ref();
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill();
    await ended;
  }

  async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
    await this.stop();
  }
}

function ready(child, program) {
  const told = [];
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new FakeError(`${program}: cannot be run (${error.code}); install fakie, or say { command }`, 0, error)),
    );
    child.once("close", (code) => reject(new FakeError(`fakie serve ended with ${code}: ${told.join("\n")}`)));
    createInterface(child.stderr).on("line", (line) => told.push(line) > LAST_LINES && told.shift());
    createInterface(child.stdout).on("line", (line) => {
      const found = READY.exec(line);
      if (found) resolve(found[1]);
    });
  });
}

function hasEnded(child) {
  return child.exitCode !== null || child.signalCode !== null;
}
