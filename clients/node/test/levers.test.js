import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { beforeEach, test } from "node:test";

import { connect, Fake, FakeError, LEVERS, start } from "../src/index.js";
import { aFake, clientOf, command } from "../support/fakes.js";

const fake = await aFake();
const client = clientOf(fake);

beforeEach(() => fake.reset());

test("every lever has a method of its name", () => {
  for (const name of Object.keys(LEVERS)) assert.equal(typeof Fake.prototype[name], "function", name);
});

test("a running fake says what it is and that it answers", async () => {
  assert.deepEqual(await fake.health(), { status: "ok" });
  assert.deepEqual(await fake.ready(), { status: "ready" });
  assert.ok((await fake.about()).models.includes("z-image"));
});

test("a fault strikes the next request, and can be taken back", async () => {
  await fake.fault({ code: 455, msg: "closed" });
  assert.equal((await client.create()).msg, "closed");
  const { id } = await fake.fault({ code: 455, times: null });
  await fake.dropFault(id);
  await fake.fault({ code: 500 });
  assert.equal((await fake.faults()).length, 1);
  assert.deepEqual(await fake.dropFaults(), { removed: 1 });
  assert.equal((await client.create()).code, 200);
});

test("what is not given asks for nothing of that name, and no id leads to another lever", async () => {
  await client.create();
  const all = await fake.journal();
  assert.ok(all.length > 0);
  assert.deepEqual(await fake.journal({ account: undefined, limit: null }), all);
  await fake.fault({ code: 455, times: null });
  for (const id of [undefined, null, "", ".", ".."]) {
    await assert.rejects(fake.dropFault(id), { name: "FakeError", status: 0, message: /dropFault: expected an id/ });
  }
  const order = { code: 429 };
  await assert.rejects(fake.fail(order), { name: "FakeError", message: 'fail: expected an id; got {"code":429}' });
  assert.equal((await fake.faults()).length, 1);
});

test("a transport fault spoils an answer, and can be taken back", async () => {
  await fake.transportFault({ kind: "empty" });
  await assert.rejects(client.create());
  const { id } = await fake.transportFault({ kind: "reset" });
  await fake.dropTransportFault(id);
  await fake.transportFault({ kind: "reset" });
  assert.equal((await fake.transportFaults()).length, 1);
  assert.deepEqual(await fake.dropTransportFaults(), { removed: 1 });
});

test("a held task ends when it is told to, each in its own way", async () => {
  await fake.plan({ by: "hold", times: 2 });
  const [first, second] = [await client.newTask(), await client.newTask()];
  assert.equal((await fake.finish(first)).state, "success");
  assert.equal((await fake.fail(second, { msg: "flagged" })).state, "fail");
  assert.equal((await client.record(second)).data.failMsg, "flagged");
  assert.deepEqual((await fake.tasks()).map((task) => task.task_id), [first, second]);
});

test("a running task is held", async () => {
  const id = await client.newTask();
  await fake.hold(id);
  await fake.advance(1000);
  assert.notEqual((await fake.task(id)).state, "success");
});

test("a scenario is played and ended", async () => {
  const outage = { format_version: 1, name: "outage", steps: [{ id: "down", fault: { code: 500 } }] };
  assert.deepEqual((await fake.play({ scenario: outage }))[0].steps, ["down"]);
  assert.equal((await client.create()).code, 500);
  assert.equal((await fake.scenarios()).playing.length, 1);
  assert.deepEqual(await fake.dropScenarios(), { removed: 1 });
  assert.equal((await client.create()).code, 200);
});

test("the document of the API comes without an envelope", async () => {
  assert.match((await fake.openapi({ model: "z-image" })).openapi, /^3\.1/);
});

test("a file is published for uploads", async () => {
  await fake.publish({ url: "https://acme.test/a.txt", content: "aGVsbG8=" });
  assert.deepEqual(await fake.files(), []);
});

test("plans are listed and taken back", async () => {
  const { id } = await fake.plan({ by: "polls" });
  await fake.plan({ outcome: "fail" });
  await fake.dropPlan(id);
  assert.equal((await fake.plans()).length, 1);
  assert.deepEqual(await fake.dropPlans(), { removed: 1 });
});

test("accounts have credits, and none left is a refusal", async () => {
  const { account } = await fake.account({ key: fake.key, credits: 0 });
  assert.equal((await client.create()).code, 402);
  assert.deepEqual((await fake.accounts()).find((each) => each.account === account)?.credits, 0);
});

test("the clock advances, stands still and goes on", async () => {
  const { account } = await fake.account({ key: fake.key });
  const before = (await fake.clock())[account].now;
  const after = (await fake.advance(500))[account];
  assert.ok(after.now - before >= 500);
  assert.equal((await fake.freeze())[account].frozen, true);
  assert.equal((await fake.resume({ account }))[account].frozen, false);
});

test("the clock says when the next task ends", async () => {
  await fake.plan({ seconds: 40 });
  await client.newTask();
  const [clock] = Object.values(await fake.clock()).filter((each) => each.next_due);
  const left = clock.next_due - clock.now;
  assert.ok(left > 0 && left <= 40, `${left}`);
});

test("the journal tells what was asked, and can be emptied", async () => {
  await client.create({ model: "nope" });
  const [entry] = await fake.journal({ situation: "model_unknown", limit: 1 });
  assert.equal(entry.situation, "model_unknown");
  await fake.emptyJournal();
  assert.deepEqual(await fake.journal(), []);
});

test("the revisions are read again", async () => {
  assert.ok((await fake.reload()).models > 0);
});

test("what the fake refuses is told in its words, with the status", async () => {
  await assert.rejects(fake.fault({ situation: "rate_limitd" }), (error) => {
    assert.ok(error instanceof FakeError);
    assert.match(error.message, /rate_limited/);
    assert.ok(error.status >= 400);
    return true;
  });
});

test("an id cannot leave its place in the path", async () => {
  await assert.rejects(fake.task("../reset"), FakeError);
});

test("a fake that is not there, or no URL, is one clear message", async () => {
  await assert.rejects(connect("http://127.0.0.1:1").health(), /no fake answers at http:\/\/127.0.0.1:1 /);
  assert.throws(() => connect("localhost"), /expected a URL such as/);
});

test("a program that is not there, or an option it does not know, is one clear message", async () => {
  await assert.rejects(start({ command: "/no/such/fakie" }), /cannot be run \(ENOENT\)/);
  await assert.rejects(start({ command, args: ["--speed", "0"] }), /fakie serve ended with 2: .*expected a finite number/);
});

test("a stopped fake answers no more", async () => {
  const other = await start({ command });
  await other.stop();
  await other.stop();
  await assert.rejects(other.health(), /no fake answers/);
});

test("what was started ends with its process, whatever ends that, and before it was ready", { timeout: 60_000 }, async (t) => {
  const heard = await parents(t);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", null]) {
    const { parent, gone } = await heard("");
    if (signal) parent.kill(signal);
    else parent.stdin.write("end");
    assert.equal((await once(parent, "exit"))[1], signal);
    await gone;
  }
});

test("whoever else hears a signal says whether and when the process ends", { timeout: 60_000 }, async (t) => {
  const heard = await parents(t);
  const slowly = await heard(`process.once("SIGTERM", () => setTimeout(() => process.exit(7), 100));`);
  slowly.parent.kill("SIGTERM");
  assert.deepEqual(await once(slowly.parent, "exit"), [7, null]);
  await slowly.gone;
  // As the many do that clean up by the package signal-exit.
  const alone = await heard(`const end = (signal) => {
      if (process.listenerCount(signal) === 1) process.off(signal, end).kill(process.pid, signal);
    };
    process.on("SIGTERM", end);`);
  alone.parent.kill("SIGTERM");
  assert.deepEqual(await once(alone.parent, "exit"), [null, "SIGTERM"]);
  const goesOn = await heard(`process.on("SIGHUP", () => {});`);
  for (let times = 0; times < 2; times++) goesOn.parent.kill("SIGHUP");
  goesOn.parent.kill("SIGTERM");
  assert.deepEqual(await once(goesOn.parent, "exit"), [null, "SIGTERM"]);
  await goesOn.gone;
});

/** Make what begins a process that runs `code` and has started what never gets ready; `gone` once that has ended. */
async function parents(t) {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const held = `require("node:net").connect(${server.address().port}, "127.0.0.1")`;
  const starts = `import(${JSON.stringify(new URL("../src/index.js", import.meta.url))})
    .then(({ start }) => start({ command: [process.execPath, "-e", ${JSON.stringify(held)}] }));
    process.stdin.once("data", () => process.exit());`;
  return async (code) => {
    const parent = spawn(process.execPath, ["-e", code + starts], { stdio: ["pipe", "ignore", "inherit"] });
    const [child] = await once(server, "connection");
    t.after(() => child.destroy());
    const gone = new Promise((resolve) => child.on("error", () => {}).once("close", resolve).resume());
    return { parent, gone };
  };
}
