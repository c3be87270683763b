import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf, FakePort, until } from "../../../test/support/port/ports.ts";
import type { ServeEvent } from "./serve-events.ts";
import { type ServeVirtualOptions, serveVirtual } from "./serve-virtual.ts";

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function serve(options: Partial<ServeVirtualOptions> = {}) {
  const port = new FakePort();
  const texts: string[] = [];
  const events: ServeEvent[] = [];
  const server = await serveVirtual({
    chip: "esp32c3,flash=4MB",
    tcp: { port: 0 },
    rfc2217: { port: 0 },
    onEvent: (event) => events.push(event),
    loadVirtual: async () => async (text) => {
      texts.push(text);
      return port;
    },
    ...options,
  });
  cleanup.push(() => server.close());
  return { port, texts, events, server };
}

function client(port: number | undefined): { socket: Socket; data: number[]; ended: () => boolean } {
  const socket = connect({ host: "127.0.0.1", port: port ?? 0 });
  const data: number[] = [];
  let ended = false;
  socket.on("error", () => {});
  socket.on("data", (chunk) => data.push(...chunk));
  socket.on("close", () => {
    ended = true;
  });
  cleanup.push(() => void socket.destroy());
  return { socket, data, ended: () => ended };
}

const DOWNLOAD = ["lines 01", "lines 10", "lines 00"];

describe("serveVirtual", () => {
  it("asks for a chip in real time and says where it listens", async () => {
    const { texts, events, server } = await serve();
    expect(texts).toEqual(["virtual:esp32c3,flash=4MB,realtime=1"]);
    expect(server.tcp?.address).toBe("127.0.0.1");
    expect(server.tcp?.port).not.toBe(server.rfc2217?.port);
    expect(events.map((event) => event.kind)).toEqual(["listening", "listening"]);
  });

  it("puts the chip into its download mode for a plain client before it passes the client's bytes", async () => {
    const { port, server } = await serve();
    const { socket, data } = client(server.tcp?.port);
    socket.write(Uint8Array.of(0xc0, 0xff));
    await until(() => port.written.length === 2);
    expect(port.log).toEqual(["open 115200", ...DOWNLOAD, "write 2"]);
    port.receive(0xff, 1);
    await until(() => data.length === 2);
    expect(data).toEqual([0xff, 1]);
  });

  it("leaves the chip alone when told to", async () => {
    const { port, server } = await serve({ resetOnConnect: false });
    client(server.tcp?.port).socket.write(Uint8Array.of(1));
    await until(() => port.written.length === 1);
    expect(port.log).toEqual(["open 115200", "write 1"]);
  });

  it("serves one client at a time over both protocols together", async () => {
    const { port, events, server } = await serve();
    const first = client(server.tcp?.port);
    await until(() => port.log.length === 4);
    const second = client(server.rfc2217?.port);
    await until(second.ended);
    expect(String.fromCharCode(...second.data)).toBe("Another client is connected; one is served at a time.\r\n");
    first.socket.destroy();
    await until(() => events.some((event) => event.kind === "client-left"));
    const third = client(server.rfc2217?.port);
    await until(() => third.data.length > 0);
    expect(events.filter((event) => event.kind === "client-refused")).toMatchObject([{ protocol: "rfc2217" }]);
  });

  it("hangs up and closes the chip, which saves its state", async () => {
    const { port, server } = await serve();
    const first = client(server.tcp?.port);
    await until(() => port.log.length === 4);
    await server.close();
    await until(first.ended);
    expect(port.log.at(-1)).toBe("close");
    expect(port.log.filter((step) => step === "close")).toHaveLength(1);
  });

  it("closes the chip when an address is taken", async () => {
    const { server } = await serve();
    const port = new FakePort();
    const taken = { tcp: { port: server.tcp?.port ?? 0 }, loadVirtual: async () => async () => port };
    expect(await codeOf(serveVirtual({ chip: "esp32", ...taken }))).toBe("port.busy");
    expect(port.log).toEqual(["open 115200", "close"]);
  });

  it("wants at least one address", async () => {
    expect(await codeOf(serveVirtual({ chip: "esp32" }))).toBe("argument.invalid");
  });
});
