import { EventEmitter, once } from "node:events";
import { after } from "node:test";

import { start } from "../src/index.js";

const command = (process.env.FAKIE_COMMAND ?? "fakie").split(" ");
const BODY = { model: "elevenlabs/audio-isolation", input: { audio_url: "https://x.test/a.mp3" } };

/** Start a fake that ends with the tests of the file. */
export async function aFake(args = []) {
  const fake = await start({ command, args });
  after(() => fake.stop());
  return fake;
}

/** A client as users write it. */
export function clientOf(fake) {
  const headers = { authorization: `Bearer ${fake.key}`, "content-type": "application/json" };
  const ask = async (path, more) => (await fetch(`${fake.url}/api/v1/jobs/${path}`, { headers, ...more })).json();
  const create = (changes = {}, options = {}) =>
    ask("createTask", { method: "POST", body: JSON.stringify({ ...BODY, ...changes }), ...options });
  const record = (id) => ask(`recordInfo?taskId=${id}`);
  return { create, record, newTask: async (changes) => (await create(changes)).data.taskId };
}

/** A fake of the clock's alone, each of whose answers is given by the test. */
export function slowFake() {
  const calls = [];
  const told = new EventEmitter();
  const ask = (name) => (given = {}) =>
    new Promise((resolve, reject) => {
      calls.push("receivers_ahead" in given ? `receivers_ahead ${given.receivers_ahead}` : name);
      told.emit(name, { resolve, reject });
    });
  const asked = async (name) => (await once(told, name))[0];
  const account = async () => ({ account: "k" });
  return { url: "http://slow.test", key: "k", calls, asked, account, clock: ask("clock"), moveClock: ask("moveClock") };
}

export { command };
