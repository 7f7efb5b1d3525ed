/** HTTP exchanges of this process, by the channels on which Node's clients and servers tell of them. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const OF_CLOCK = /\/_fakie\/(clock|accounts)$/;

/** Knows which requests wait for an answer from another process. */
export class Exchanges {
  begun = 0;
  #out = new Map();
  #served = new Set();
  #asked = new Set();
  #channels = {
    "http.client.request.start": ({ request }) => this.#begun(request, () => request.socket),
    "undici:request:create": ({ request }) => this.#created(request),
    "undici:client:sendHeaders": ({ request, socket }) => this.#out.set(request, () => socket),
    "undici:request:trailers": ({ request }) => this.#out.delete(request),
    "undici:request:error": ({ request }) => this.#out.delete(request),
    "http.server.request.start": ({ socket, response }) => this.#serves(socket, response),
  };

  watch() {
    for (const [name, heard] of Object.entries(this.#channels)) subscribe(name, heard);
  }

  end() {
    for (const [name, heard] of Object.entries(this.#channels)) unsubscribe(name, heard);
  }

  /** The number of those that wait for another process: what a server of this process answers may itself wait. */
  get outside() {
    const ours = new Set([...this.#served].map((socket) => socket.remotePort));
    const ports = [...this.#out.values()].map((socket) => socket()?.localPort);
    return ports.filter((port) => port === undefined || !ours.has(port)).length;
  }

  /** The number of connections that servers of this process have taken. */
  get served() {
    return this.#served.size;
  }

  /** The number of requests that servers of this process have taken and not answered yet. */
  get asked() {
    return this.#asked.size;
  }

  /** The number of connections over which this process asks itself. */
  get within() {
    return this.#out.size - this.outside;
  }

  #created(request) {
    this.#out.set(request, () => undefined);
    this.begun += Number(!OF_CLOCK.test(request.path));
  }

  #begun(request, socket) {
    this.begun += 1;
    this.#out.set(request, socket);
    request.once("close", () => this.#out.delete(request));
  }

  #serves(socket, response) {
    this.begun += 1;
    this.#asked.add(response);
    response.once("close", () => this.#asked.delete(response));
    if (this.#served.has(socket)) return;
    this.#served.add(socket);
    socket.once("close", () => this.#served.delete(socket));
  }
}
