import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf, ManualClock, RecordingSink, until } from "../../../test/support/port/ports.ts";
import { patientClock } from "../../../test/support/process/patient-clock.ts";
import { connectError } from "./connect-socket.ts";
import { parseSocketUrl } from "./socket-address.ts";
import { createTcpPort } from "./tcp-port.ts";

const cleanup: (() => void)[] = [];
afterEach(() => {
  for (const step of cleanup.splice(0)) step();
});

async function listening(host = "127.0.0.1"): Promise<{ server: Server; url: string; clients: Socket[] }> {
  const clients: Socket[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    clients.push(socket);
    cleanup.push(() => void socket.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
  cleanup.push(() => void server.close());
  const { port } = server.address() as { port: number };
  return { server, url: `socket://${host.includes(":") ? `[${host}]` : host}:${port}`, clients };
}

describe("createTcpPort", () => {
  it("carries bytes both ways and has neither lines nor baud rate", async () => {
    const { url, clients } = await listening();
    const port = createTcpPort(url, { clock: patientClock() });
    const sink = new RecordingSink();
    await port.open({ baudRate: 115200 }, sink);
    await until(() => clients.length === 1);
    const received: number[] = [];
    clients[0]!.on("data", (chunk) => received.push(...chunk));
    await port.write(Uint8Array.of(1, 2, 0xff));
    clients[0]!.write(Uint8Array.of(0xc0, 0xff, 0));
    await until(() => sink.bytes.length === 3 && received.length === 3);
    expect(received).toEqual([1, 2, 0xff]);
    expect(sink.bytes).toEqual([0xc0, 0xff, 0]);
    expect(port.capabilities).toEqual({ lines: false, atomicLines: false, baud: false });
    await port.setBaudRate(921600);
    expect(await codeOf(port.setLines({ dtr: true, rts: false }))).toBe("port.lines-unsupported");
    await port.close();
    await port.close();
    expect(sink.losses).toEqual([]);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.closed");
  });

  it.each(["destroy", "end"] as const)("tells once of a connection that the other end drops (%s)", async (how) => {
    const { url, clients } = await listening();
    const port = createTcpPort(url, { clock: patientClock() });
    const sink = new RecordingSink();
    await port.open({ baudRate: 115200 }, sink);
    await until(() => clients.length === 1);
    clients[0]!.write(Uint8Array.of(1, 2));
    await until(() => sink.bytes.length === 2);
    clients[0]![how]();
    await until(() => sink.losses.length > 0);
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.lost");
    await port.close();
    expect(sink.losses).toEqual(["port.lost"]);
  });

  it("can be opened again after a loss", async () => {
    const { url, clients } = await listening();
    const port = createTcpPort(url, { clock: patientClock() });
    const sink = new RecordingSink();
    await port.open({ baudRate: 115200 }, sink);
    await until(() => clients.length === 1);
    clients[0]!.destroy();
    await until(() => sink.losses.length > 0);
    await port.open({ baudRate: 115200 }, sink);
    await port.write(Uint8Array.of(1));
    expect(await codeOf(port.open({ baudRate: 115200 }, sink))).toBe("port.busy");
    await port.close();
  });

  it("gives a write 10 seconds, and closes all the same", async () => {
    const { url, clients } = await listening();
    const clock = new ManualClock();
    const port = createTcpPort(url, { clock });
    await port.open({ baudRate: 115200 }, new RecordingSink());
    await until(() => clients.length === 1);
    clients[0]!.pause();
    const failed = codeOf(port.write(new Uint8Array(64 * 1024 * 1024)));
    clock.pass(10_000);
    expect(await failed).toBe("port.write-timeout");
    const closed = port.close();
    clock.pass(1_000);
    await closed;
  });

  it("explains a connection that is refused, and one without an answer", async () => {
    const { server, url } = await listening();
    await new Promise((resolve) => server.close(resolve));
    expect(
      await codeOf(createTcpPort(url, { clock: patientClock() }).open({ baudRate: 115200 }, new RecordingSink())),
    ).toBe("port.missing");
    const clock = new ManualClock();
    const other = await listening();
    const silent = createTcpPort(other.url, { clock, connectTimeoutMs: 5_000 });
    const failed = codeOf(silent.open({ baudRate: 115200 }, new RecordingSink()));
    clock.pass(5_000);
    expect(await failed).toBe("port.missing");
  });

  it.each([
    ["ECONNREFUSED", "port.missing"],
    ["ENOTFOUND", "port.missing"],
    ["EHOSTUNREACH", "port.missing"],
    ["ECONNRESET", "port.busy"],
    ["EACCES", "port.permission"],
    ["EWHATEVER", "port.failed"],
  ])("classifies %s as %s", (system, code) => {
    const error = connectError({ host: "h", port: 1 }, Object.assign(new Error("x"), { code: system }));
    expect(error.code).toBe(code);
    expect(error.hint).toBeTruthy();
  });
});

describe("parseSocketUrl", () => {
  it.each([
    ["socket://localhost:3333", "localhost", 3333],
    ["tcp://10.0.0.1:1", "10.0.0.1", 1],
    ["socket://[::1]:65535", "::1", 65535],
    ["SOCKET://[fe80::1%eth0]:23/", "fe80::1%eth0", 23],
  ])("reads %s", (url, host, port) => {
    expect(parseSocketUrl(url)).toEqual({ host, port });
  });

  it.each([
    "socket://",
    "socket://h",
    "socket://h:0",
    "socket://h:65536",
    "socket://::1:23",
    "socket://h:x",
    "socket://h:1/x",
  ])("refuses %s", async (url) => {
    expect(await codeOf((async () => parseSocketUrl(url))())).toBe("argument.invalid");
  });
});
