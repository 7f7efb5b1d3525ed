import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";

import { skipTime } from "../src/clock/index.js";
import { connect, FakeError } from "../src/index.js";
import { aFake, slowFake } from "../support/fakes.js";

const realSetTimeout = setTimeout;
const realDate = Date;

const fake = await aFake();
let time;

beforeEach(async () => {
  await fake.reset();
  time = skipTime(fake);
});

afterEach(() => time.restore());

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

test("a timer that waits longer than time is skipped can be cleared", async () => {
  let beats = 0;
  const [beat, late] = [setInterval(() => (beats += 1), 20), setTimeout(() => (beats += 1), 20)];
  time.restore();
  clearInterval(beat);
  clearTimeout(late);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(beats, 0);
});

test("afterwards nobody's clock is moved, and an end of the fake is nobody's fault", async () => {
  await time.restore();
  for (const answer of [(asked) => asked.resolve({ k: { now: 0, next_due: null } }), (asked) => asked.reject(new FakeError("gone"))]) {
    const slow = slowFake();
    const skipped = skipTime(slow);
    const timer = setTimeout(() => {}, 600_000);
    const asked = await slow.asked("clock");
    const restored = skipped.restore();
    clearTimeout(timer);
    answer(asked);
    (await slow.asked("moveClock")).reject(new FakeError("gone"));
    await restored;
    assert.deepEqual(slow.calls, ["clock", "receivers_ahead 0"]);
  }
});

test("a restore that is awaited ends once a move under way is over", async () => {
  await time.restore();
  const slow = slowFake();
  const skipped = skipTime(slow);
  const timer = setTimeout(() => {}, 600_000);
  (await slow.asked("clock")).resolve({ k: { now: 0, next_due: null, delivering: 0 } });
  const asked = await slow.asked("moveClock");
  let over = false;
  const restored = skipped.restore().then(() => assert.ok(over));
  clearTimeout(timer);
  setImmediate(() => asked.resolve((over = true)));
  (await slow.asked("moveClock")).resolve();
  await restored;
});

test("time is skipped once at a time", () => {
  assert.throws(() => skipTime(fake), { name: "FakeError", message: /already/ });
  time.restore();
  time = skipTime(fake);
});

test("without a key nobody's clock could move", () => {
  time.restore();
  assert.throws(() => skipTime(connect(fake.url, { key: undefined })), FakeError);
});
