import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout as sleepOf, setInterval as ticks, scheduler } from "node:timers/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

import { skipTime } from "../src/clock/index.js";
import { connect } from "../src/index.js";
import { aFake, clientOf } from "../support/fakes.js";

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

test("a receiver here finds callbacks fresh, however much was skipped, one elsewhere afterwards as well", async () => {
  const ages = [];
  const { url, close } = await receiver((request, response) => {
    ages.push(Date.now() / 1000 - request.headers["x-webhook-timestamp"]);
    request.resume();
    response.end();
  });
  for (let each = 0; each < 2; each += 1) {
    await fake.reset();
    await fake.account({ key: fake.key, webhook_key: "w" });
    await fake.plan({ seconds: 3_600 });
    await client.newTask({ callBackUrl: url });
    await sleepOf(4_000_000);
  }
  await time.restore();
  await client.newTask({ callBackUrl: url });
  await fake.advance(60);
  close();
  assert.equal(ages.length, 3);
  for (const age of ages) about(age, 0);
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

test("a timer's call belongs to who set it, and has the timer as its this", async () => {
  const whose = new AsyncLocalStorage();
  const told = [];
  const set = (name, wait) => whose.run(name, () => wait((more = "") => told.push(name + whose.getStore() + more)));
  set("a", (tell) => setTimeout(tell, 30_000, "!"));
  set("b", (tell) => setTimeout(tell, 10_000));
  set("c", (tell) => AbortSignal.timeout(20_000).addEventListener("abort", () => tell()));
  set("d", (tell) => setInterval(function () { tell(clearInterval(this)); }, 5_000));
  await sleepOf(40_000);
  assert.deepEqual(told, ["dd", "bb", "cc", "aa!"]);
});

test("ticks come at each moment of their interval, however long each is looked at", async () => {
  const moments = [];
  for await (const value of ticks(10_000, "tick")) {
    moments.push([value, Math.round(passed() / 10)]);
    if (moments.length === 5) break;
    await sleepOf(4_000);
  }
  assert.deepEqual(moments, [1, 2, 3, 4, 5].map((each) => ["tick", each]));
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 35_000);
  const seen = [];
  await assert.rejects(async () => {
    for await (const tick of ticks(10_000, "t", { signal: controller.signal })) seen.push(tick);
  }, { code: "ABORT_ERR" });
  assert.equal(seen.length, 3);
});

test("what Node refuses is refused, and what it warns of is warned of", async () => {
  for (const options of [null, 3, { signal: 3 }, { signal: {} }, { ref: 1 }]) {
    await assert.rejects(sleepOf(5, "value", options), { code: "ERR_INVALID_ARG_TYPE" });
    await assert.rejects(ticks(5, "value", options).next(), { code: "ERR_INVALID_ARG_TYPE" });
  }
  const warned = once(process, "warning");
  await sleepOf(30 * 86_400_000);
  assert.equal((await warned)[0].name, "TimeoutOverflowWarning");
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

test("a worker thread that computes is waited for, one that waits for messages is not", async () => {
  const busy = "const until = Date.now() + 300; while (Date.now() < until);";
  const worker = new Worker(`require("worker_threads").parentPort.on("message", () => { ${busy} process.exit(); })`, { eval: true });
  await once(worker, "online");
  await sleepOf(600_000);
  let late = false;
  const timer = setTimeout(() => (late = true), 600_000);
  worker.postMessage("begin");
  await once(worker, "exit");
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

test("Node's own code is told from others, however this package was loaded", async () => {
  const source = await readFile(new URL("../src/clock/caller.js", import.meta.url), "utf8");
  const { isNode } = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  const standIn = (told) => told(isNode(standIn));
  assert.equal(standIn((told) => told), false);
  assert.equal(await new Promise((resolve) => process.nextTick(standIn, resolve)), true);
});
