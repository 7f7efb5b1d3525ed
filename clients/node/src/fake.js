import { channel } from "node:diagnostics_channel";

import { LEVERS } from "./levers.js";

/** The channel on which this process hears of each move of a fake's clock that it has made. */
export const MOVED = "fakie:clock:moved";
const moved = channel(MOVED);

// Taken before anybody replaces it.
const { fetch } = globalThis;

/** What a fake refused, in its own words, or why it could not be asked; `status` is the HTTP status, or 0. */
export class FakeError extends Error {
  name = "FakeError";

  constructor(message, status = 0, cause = undefined) {
    super(message, { cause });
    this.status = status;
  }
}

/** A running fake, and what can be seen and moved of it. Each call returns what its lever answers. */
export class Fake {
  #adminToken;

  constructor(url, { key = undefined, adminToken = undefined } = {}) {
    this.url = checked(url);
    this.key = key;
    this.#adminToken = adminToken;
  }

  async moveClock(move) {
    const clocks = await this.#pull("moveClock", move);
    moved.publish({ url: this.url, clocks });
    return clocks;
  }

  advance(seconds, which = {}) { return this.moveClock({ ...which, advance: seconds }); }
  freeze(which = {}) { return this.moveClock({ ...which, freeze: true }); }
  resume(which = {}) { return this.moveClock({ ...which, freeze: false }); }

  /** Pull a lever: `given` are what stands in its path, then its body, or the fields of its query. */
  async #pull(lever, ...given) {
    const [method, path] = LEVERS[lever];
    const filled = path.replace(/\{\w+\}/g, () => segment(lever, given.shift()));
    const address = new URL(`${this.url}/_fakie${filled}`);
    const [fields] = given;
    const body = method === "POST" ? fields : undefined;
    // What is undefined or null is not given, as in a body.
    const told = Object.entries(body ? {} : fields ?? {}).filter(([, value]) => value !== undefined && value !== null);
    for (const [key, value] of told) address.searchParams.set(key, String(value));
    const headers = { "content-type": "application/json" };
    if (this.#adminToken) headers.authorization = `Bearer ${this.#adminToken}`;
    const answer = await this.#ask(address, { method, headers, body: body && JSON.stringify(body) });
    const content = await answer.text();
    if (!answer.ok) throw new FakeError(`${method} ${address.pathname}: ${reason(content)}`, answer.status);
    // Metrics are lines of text.
    if (answer.headers.get("content-type")?.startsWith("text/plain")) return content;
    const value = content ? JSON.parse(content) : { data: null };
    // The OpenAPI document is the one answer without an envelope.
    return "data" in value ? value.data : value;
  }

  static {
    for (const lever of Object.keys(LEVERS)) {
      // Those above do more than to pull it.
      this.prototype[lever] ??= function (...given) { return this.#pull(lever, ...given); };
    }
  }

  async #ask(address, request) {
    try {
      return await fetch(address, request);
    } catch (error) {
      const why = error.cause?.code ?? error.cause?.message ?? error.message;
      throw new FakeError(`no fake answers at ${this.url} (${why}); start one by \`fakie serve\` or start()`, 0, error);
    }
  }
}

/** Return the control of a fake that runs, found at `url` or by the environment that `fakie exec` sets. */
export function connect(url = process.env.KIE_BASE_URL, options = {}) {
  if (!url) throw new FakeError("connect: expected the fake's URL; got none, and KIE_BASE_URL is not set");
  return new Fake(url, { key: process.env.KIE_API_KEY ?? process.env.KIEAI_API_KEY, ...options });
}

function segment(lever, id) {
  const text = ["string", "number"].includes(typeof id) ? String(id) : "";
  // A URL has no such segments: another lever would be pulled.
  if (["", ".", ".."].includes(text)) throw new FakeError(`${lever}: expected an id; got ${JSON.stringify(id)}`);
  return encodeURIComponent(text);
}

function checked(url) {
  const text = String(url).replace(/\/+$/, "");
  if (!/^https?:$/.test(URL.canParse(text) ? new URL(text).protocol : "")) {
    throw new FakeError(`expected a URL such as http://127.0.0.1:8080; got ${JSON.stringify(String(url))}`);
  }
  return text;
}

function reason(content) {
  try {
    return JSON.parse(content).msg;
  } catch {
    return content.slice(0, 200) || "an empty answer";
  }
}
