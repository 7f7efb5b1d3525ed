import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { MessageChannel, MessagePort } from "node:worker_threads";

import { Workers } from "../src/clock/workers.js";

const PATIENCE = 30;

function aWorker() {
  const figures = { active: 1, idle: 1 };
  const worker = Object.assign(new EventEmitter(), { performance: { eventLoopUtilization: () => ({ ...figures }) } });
  process.emit("worker", worker);
  return { worker, figures };
}

const patienceIsOver = () => sleep(2 * PATIENCE);

test("a message posted over any port is waited for until a thread has taken it up, on a busy machine as well", async () => {
  const before = MessagePort.prototype.postMessage;
  const workers = new Workers(PATIENCE);
  workers.watch();
  const { port1, port2 } = new MessageChannel();
  try {
    const { worker, figures } = aWorker();
    assert.equal(workers.areAtWork, true);
    await patienceIsOver();
    assert.equal(workers.areAtWork, false);
    const heard = new Promise((resolve) => port2.once("message", resolve));
    port1.postMessage("begin");
    assert.equal(await heard, "begin");
    await patienceIsOver();
    assert.equal(workers.areAtWork, true);
    figures.active += 5;
    assert.equal(workers.areAtWork, true);
    await patienceIsOver();
    assert.equal(workers.areAtWork, false);
    port1.postMessage("again");
    worker.emit("exit", 0);
    assert.equal(workers.areAtWork, false);
  } finally {
    port1.close();
    workers.end();
  }
  assert.equal(MessagePort.prototype.postMessage, before);
});
