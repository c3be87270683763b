import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { FakePort, until } from "../../../test/support/port/ports.ts";
import { serveRfc2217 } from "./rfc2217-server.ts";
import type { ServeEvent } from "./serve-events.ts";
import { serveVirtual } from "./serve-virtual.ts";

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

interface Served {
  readonly port: FakePort;
  readonly events: ServeEvent[];
  readonly tcpPort: number;
}

/** A server of each kind. */
const SERVERS: Readonly<Record<string, (options: { readonly idleTimeoutMs?: number }) => Promise<Served>>> = {
  async "plain TCP"(options) {
    const [port, events] = [new FakePort(), [] as ServeEvent[]];
    const server = await serveVirtual({
      chip: "esp32",
      tcp: { port: 0 },
      loadVirtual: async () => async () => port,
      onEvent: (event) => events.push(event),
      ...options,
    });
    cleanup.push(() => server.close());
    return { port, events, tcpPort: server.tcp?.port ?? 0 };
  },
  async "RFC 2217"(options) {
    const [port, events] = [new FakePort(), [] as ServeEvent[]];
    const server = await serveRfc2217({ port, tcpPort: 0, onEvent: (event) => events.push(event), ...options });
    cleanup.push(() => server.close());
    return { port, events, tcpPort: server.port };
  },
};

interface Connected {
  readonly socket: Socket;
  readonly isClosed: () => boolean;
}

function client(tcpPort: number, options: { readonly allowHalfOpen?: boolean } = {}): Connected {
  const socket = connect({ host: "127.0.0.1", port: tcpPort, noDelay: true, ...options });
  let closed = false;
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
  });
  socket.resume();
  cleanup.push(() => void socket.destroy());
  return { socket, isClosed: () => closed };
}

const refusals = (events: readonly ServeEvent[]): unknown[] =>
  events.flatMap((event) => (event.kind === "client-refused" ? [event.error.code] : []));

describe.each(Object.keys(SERVERS))("a server of %s", (name) => {
  const serve = (options = {}): Promise<Served> => (SERVERS[name] as NonNullable<(typeof SERVERS)[string]>)(options);

  it("hangs up on a web client, whose bytes never reach the chip, which is not reset for it either", async () => {
    const { port, events, tcpPort } = await serve();
    const { socket, isClosed } = client(tcpPort);
    socket.write("POST / HTTP/1.1\r\n\r\n\xc0\x00\xff");
    await until(isClosed);
    expect(refusals(events)).toEqual(["port.web-client"]);
    expect(events.map(({ kind }) => kind)).not.toContain("client-connected");
    expect(port.log).toEqual(["open 115200"]);
  });

  it("hangs up on one whose request comes byte by byte, in between for longer than it is waited for", async () => {
    const { port, events, tcpPort } = await serve();
    const { socket, isClosed } = client(tcpPort);
    for (const letter of "GET") socket.write(letter);
    await until(() => events.some(({ kind }) => kind === "client-connected"));
    await until(() => port.written.length === 3);
    socket.write(" /\xc0 HTTP/1.1\r\n");
    await until(isClosed);
    expect(refusals(events)).toEqual(["port.web-client"]);
    expect(String.fromCharCode(...port.written)).toBe("GET");
  });

  it("serves one that says nothing", async () => {
    const { events, tcpPort } = await serve();
    client(tcpPort);
    await until(() => events.some(({ kind }) => kind === "client-connected"));
  });

  it("does not keep a second client that never hangs up", async () => {
    const { events, tcpPort } = await serve();
    client(tcpPort);
    await until(() => events.some(({ kind }) => kind === "client-connected"));
    const second = client(tcpPort, { allowHalfOpen: true });
    await until(() => refusals(events).length === 1);
    // Its own end stays open, so only the server can end this.
    const ticking = setInterval(() => second.socket.write("\xff\xf1"), 20);
    cleanup.push(() => clearInterval(ticking));
    await until(second.isClosed);
    expect(refusals(events)).toEqual(["port.busy"]);
  });

  it("sends one away that says and hears nothing", async () => {
    const { events, tcpPort } = await serve({ idleTimeoutMs: 30 });
    const { isClosed } = client(tcpPort);
    await until(isClosed);
    await until(() => events.some(({ kind }) => kind === "client-left"));
    expect(events.at(-1)).toMatchObject({ kind: "client-left", reason: "idle" });
  });
});
