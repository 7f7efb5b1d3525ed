import assert from "node:assert/strict";
import { test } from "node:test";

import { FakeError, startContainer } from "../src/index.js";
import { aFake } from "../support/fakes.js";

/** Stands in for testcontainers where no engine runs: keeps what it is told, and starts a fake as a child. */
function library(told) {
  class GenericContainer {
    constructor(image) { told.image = image; }
    withExposedPorts(...ports) { told.ports = ports; return this; }
    withEnvironment(environment) { told.environment = environment; return this; }
    withWaitStrategy(strategy) { told.strategy = strategy; return this; }
    async start() {
      const fake = await aFake(["--admin-token", told.environment.FAKIE_ADMIN_TOKEN]);
      const { hostname, port } = new URL(fake.url);
      return { getHost: () => hostname, getMappedPort: (of) => of === 8080 && port, stop: () => (told.stopped = true) };
    }
  }
  return { GenericContainer, Wait: { forHttp: (path, port) => ({ path, port }) } };
}

test("a fake in a container is asked and moved like any other", async () => {
  const told = {};
  const fake = await startContainer({ library: library(told), settings: { speed: 100, public_url: "http://x:1" } });
  assert.deepEqual(told.strategy, { path: "/_fakie/ready", port: 8080 });
  assert.deepEqual([told.image, told.ports], ["fakie", [8080]]);
  assert.equal(told.environment.FAKIE_SPEED, "100");
  assert.equal(told.environment.FAKIE_PUBLIC_URL, "http://x:1");
  assert.deepEqual(await fake.tasks(), []);
  assert.match(await fake.metrics(), /^fakie_lever_calls_total\{situation="lever_pulled"\} /m);
  await fake.stop();
  assert.ok(told.stopped);
});

test("with a port of this machine results are found there", async () => {
  const told = {};
  await startContainer({ library: library(told), port: 9090 });
  assert.deepEqual(told.ports, [{ container: 8080, host: 9090 }]);
  assert.equal(told.environment.FAKIE_PUBLIC_URL, "http://localhost:9090");
});

test("without testcontainers it says what to install", async () => {
  await assert.rejects(startContainer(), (error) => error instanceof FakeError && /npm install/.test(error.message));
});
