import { randomBytes } from "node:crypto";

import { Fake, FakeError } from "./fake.js";

const PORT = 8080;

/**
 * Start a fake in a container; resolves, once it is ready, to its control with a `stop`.
 *
 * `settings` are the options of `fakie serve` by their names, such as `{ speed: 100 }`. Result files are found at
 * http://localhost:PORT when a `port` of this machine is given; without one any free port is taken.
 */
export async function startContainer({
  image = "fakie",
  port = undefined,
  key = "test-key",
  adminToken = randomBytes(24).toString("hex"),
  settings = {},
  library = undefined,
} = {}) {
  const { GenericContainer, Wait } = library ?? (await testcontainers());
  const started = await new GenericContainer(image)
    .withExposedPorts(port ? { container: PORT, host: port } : PORT)
    .withEnvironment(environment({ admin_token: adminToken, ...publicUrl(port), ...settings }))
    .withWaitStrategy(Wait.forHttp("/_fakie/ready", PORT))
    .start();
  return new ContainedFake(started, key, adminToken);
}

class ContainedFake extends Fake {
  #started;

  constructor(started, key, adminToken) {
    super(`http://${started.getHost()}:${started.getMappedPort(PORT)}`, { key, adminToken });
    this.#started = started;
    this.adminToken = adminToken;
  }

  /** End it; resolves when its container is gone. */
  async stop() {
    await this.#started.stop();
  }

  async [Symbol.asyncDispose ?? Symbol.for("nodejs.asyncDispose")]() {
    await this.stop();
  }
}

function publicUrl(port) {
  return port ? { public_url: `http://localhost:${port}` } : {};
}

function environment(settings) {
  const pairs = Object.entries(settings).map(([name, value]) => [`FAKIE_${name.toUpperCase()}`, String(value)]);
  return Object.fromEntries(pairs);
}

async function testcontainers() {
  try {
    return await import("testcontainers");
  } catch (error) {
    throw new FakeError("startContainer needs testcontainers; npm install --save-dev testcontainers", 0, error);
  }
}
