import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleepOf, setInterval as ticks, scheduler } from "node:timers/promises";
import { promisify } from "node:util";

import { skipTime } from "../src/clock/index.js";
import { connect, FakeError } from "../src/index.js";
import { aFake, clientOf } from "../support/fakes.js";

const realSetTimeout = setTimeout;
const realDate = Date;
const realHrtime = process.hrtime.bigint;

const fake = await aFake();
const client = clientOf(fake);
let time, began;

beforeEach(async () => {
  await fake.reset();
  time = skipTime(fake);
  began = Date.now();
});

afterEach(() => time.restore());

const passed = () => (Date.now() - began) / 1000;
const about = (seconds, expected) => assert.ok(Math.abs(seconds - expected) < 5, `${seconds} s, expected ${expected} s`);

async function receiver(take) {
  const server = createServer((request, response) => take(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

async function polled(id, seconds) {
  for (let polls = 1; ; polls += 1) {
    if ((await client.record(id)).data.state === "success") return polls;
    await sleepOf(seconds * 1000);
  }
}

test("two clients that poll every 20 s see each poll of a 600 s job, in far less", async () => {
  const real = realHrtime();
  await fake.plan({ seconds: 600, times: 2 });
  const ids = [await client.newTask(), await client.newTask()];
  assert.deepEqual(await Promise.all(ids.map((id) => polled(id, 20))), [31, 31]);
  about(passed(), 600);
  assert.ok(Number(realHrtime() - real) / 1e9 < 300);
});

test("a callback comes at its moment, before a deadline that lies behind it", async () => {
  let at;
  const { url, close } = await receiver((request, response) => {
    at = passed();
    request.resume();
    response.end();
  });
  await fake.plan({ seconds: 60 });
  await client.newTask({ callBackUrl: url });
  const deadline = AbortSignal.timeout(100_000);
  await sleepOf(90_000);
  close();
  about(at, 60);
  assert.equal(deadline.aborted, false);
});

test("a receiver may wait before it answers", async () => {
  let at;
  const { url, close } = await receiver(async (request, response) => {
    request.resume();
    await sleepOf(30_000);
    at = passed();
    response.end();
  });
  await fake.plan({ seconds: 60 });
  await client.newTask({ callBackUrl: url });
  await sleepOf(95_000);
  close();
  about(at, 90);
});

test("every way to wait is skipped, and every clock moves along", async () => {
  const steady = performance.now();
  const [seconds] = process.hrtime();
  await new Promise((resolve) => setTimeout(resolve, 100_000));
  await promisify(setTimeout)(100_000);
  await scheduler.wait(100_000);
  for await (const _ of ticks(100_000)) break;
  let rung = 0;
  await new Promise((resolve) => {
    const interval = setInterval(() => ++rung === 3 && (clearInterval(interval), resolve()), 50_000);
  });
  const signal = AbortSignal.timeout(50_000);
  const aborted = once(signal, "abort");
  await sleepOf(60_000);
  await aborted;
  assert.equal(signal.reason.name, "TimeoutError");
  const now = [passed(), (performance.now() - steady) / 1000, process.hrtime()[0] - seconds];
  for (const each of now) about(each, 610);
  about((new Date() - began) / 1000, 610);
});

test("timers ring in the order of their moments, with their arguments", async () => {
  const order = [];
  setTimeout((word) => order.push(word), 30_000, "third");
  setTimeout((word) => order.push(word), 10_000, "first");
  const cleared = setTimeout(() => order.push("never"), 15_000);
  clearTimeout(+cleared);
  setTimeout((word) => order.push(word), 20_000, "second");
  await sleepOf(40_000);
  assert.deepEqual(order, ["first", "second", "third"]);
});

test("a timer that keeps nobody alive beats at each of its moments", async () => {
  let beats = 0;
  const beat = setInterval(() => (beats += 1), 1_000).unref();
  await sleepOf(60_500);
  clearInterval(beat);
  assert.ok(beats >= 59 && beats <= 61, `${beats}`);
});

test("an aborted wait ends at once", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 5_000);
  await assert.rejects(sleepOf(600_000, null, { signal: controller.signal }), { code: "ABORT_ERR" });
  about(passed(), 5);
});

test("a child process is waited for", async () => {
  let late = false;
  const timer = setTimeout(() => (late = true), 60_000);
  await promisify(execFile)(process.execPath, ["-e", "setTimeout(() => {}, 100)"]);
  clearTimeout(timer);
  assert.equal(late, false);
});

test("an answer from another process is waited for", async () => {
  let late = false;
  const timer = setTimeout(() => (late = true), 600_000);
  await fake.transportFault({ kind: "latency", seconds: 0.2 });
  await client.create();
  clearTimeout(timer);
  assert.equal(late, false);
});

test("a server of this process may wait while it is asked", async () => {
  const { url, close } = await receiver((_, response) => setTimeout(() => response.end("done"), 300_000));
  assert.equal(await (await fetch(url)).text(), "done");
  close();
  about(passed(), 300);
});

test("time that is moved by hand moves this process too", async () => {
  await client.newTask();
  await sleepOf(1_000);
  await connect(fake.url).advance(3_000);
  about(passed(), 3_001);
});

test("afterwards all is as before, for whoever holds a reference", () => {
  const [moved, movedDate] = [setTimeout, Date];
  assert.notEqual(moved, realSetTimeout);
  assert.ok(new movedDate() instanceof realDate && new realDate() instanceof movedDate);
  assert.equal(new movedDate(0).getTime(), 0);
  time.restore();
  assert.equal(setTimeout, realSetTimeout);
  assert.equal(Date, realDate);
  assert.equal(new Date().constructor, realDate);
});

test("without a key nobody's clock could move", () => {
  assert.throws(() => skipTime(connect(fake.url, { key: undefined })), FakeError);
});
