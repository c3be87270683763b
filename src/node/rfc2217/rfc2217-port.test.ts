import { createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { codeOf, FakePort, ManualClock, RecordingSink, until } from "../../../test/support/port/ports.ts";
import { comPortBytes, optionBytes } from "../../../test/support/port/pyserial-telnet.ts";
import { type ReferenceServerOptions, startReferenceServer } from "../../../test/support/port/reference-server.ts";
import { patientClock } from "../../../test/support/process/patient-clock.ts";
import { isEspError } from "../../core/errors.ts";
import type { Port } from "../../core/port/port.ts";
import { serveRfc2217 } from "../serve/rfc2217-server.ts";
import { parseRfc2217Url } from "./rfc2217-address.ts";
import { createRfc2217Port, type Rfc2217PortOptions } from "./rfc2217-port.ts";

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

function client(tcpPort: number, query = "", options: Rfc2217PortOptions = {}): { port: Port; sink: RecordingSink } {
  const port = createRfc2217Port(`rfc2217://127.0.0.1:${tcpPort}${query}`, { clock: patientClock(), ...options });
  return { port, sink: new RecordingSink() };
}

/** An open client at a server of the reference's kind. */
async function remote(options: ReferenceServerOptions & Rfc2217PortOptions & { readonly query?: string } = {}) {
  const device = new FakePort();
  const server = await startReferenceServer(device, options);
  cleanup.push(() => server.close());
  const { port, sink } = client(server.port, options.query, options);
  await port.open({ baudRate: 115_200 }, sink);
  return { device, server, port, sink };
}

/** An open client at our own server, which passes the lines through. */
async function own() {
  const device = new FakePort();
  const server = await serveRfc2217({ port: device, tcpPort: 0 });
  cleanup.push(() => server.close());
  const { port, sink } = client(server.port);
  await port.open({ baudRate: 115_200 }, sink);
  return { device, server, port, sink };
}

/** A server that does with each client what it is told, and nothing else. */
async function rawServer(onClient: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    cleanup.push(() => void socket.destroy());
    onClient(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanup.push(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe("opening", () => {
  it("offers all options and sets everything, each once and without a wait in between", async () => {
    const { server, port } = await remote();
    // ECHO is the server's own wish.
    expect(server.said.join(", ")).toBe(
      "will 0, do 0, will 3, do 3, will 44, do 44, dont 1, set 1: 115200, set 2: 8, set 3: 1, set 4: 1, set 5: 1",
    );
    expect(port.capabilities).toEqual({ lines: true, atomicLines: false, baud: true });
  });

  it("accepts a baud rate that is nearly right, and no other", async () => {
    const near = (command: number, value: number): number => (command === 1 ? 115_942 : value);
    await (await remote({ confirm: near })).port.close();
    const far = (command: number, value: number): number => (command === 1 ? 9600 : value);
    expect(await codeOf(remote({ confirm: far }))).toBe("port.baud-unsupported");
  });

  it.each([2, 3, 4, 5])("names the setting %i that the server refuses", async (refused) => {
    const confirm = (command: number, value: number): number => (command === refused ? 3 : value);
    expect(await codeOf(remote({ confirm }))).toBe("port.failed");
  });

  it("does not mind wrong or missing answers about flow control when told so", async () => {
    for (const answer of [null, 3]) {
      const confirm = (command: number, value: number): number | null => (command === 5 ? answer : value);
      const { port } = await remote({ confirm, query: "?ign_set_control" });
      await port.close();
    }
  });

  it("tells what was not confirmed in time", async () => {
    const clock = new ManualClock();
    const confirm = (command: number, value: number): number | null => (command === 3 || command === 5 ? null : value);
    const device = new FakePort();
    const server = await startReferenceServer(device, { confirm });
    cleanup.push(() => server.close());
    const { port, sink } = client(server.port, "?timeout=2", { clock });
    const opened = port.open({ baudRate: 115_200 }, sink).catch((error: unknown) => error);
    await until(() => device.log.includes("baud 115200"));
    clock.pass(1_999);
    clock.pass(1);
    const error = await opened;
    if (!isEspError(error, "port.failed")) throw error;
    expect(error.details["missing"]).toContain("parity");
    expect(error.details["missing"]).toContain("flow control");
    expect(error.hint).toContain("ign_set_control");
  });

  it("says that a server is none of its kind: silent, refusing, or repeating what it hears", async () => {
    const clock = new ManualClock();
    let heard = 0;
    const silent = await rawServer((socket) => {
      socket.on("data", () => heard++);
      socket.write("ESP-ROM:esp32c3-api1-20210207\r\n");
    });
    const first = client(silent, "", { clock });
    const failed = codeOf(first.port.open({ baudRate: 115_200 }, first.sink));
    await until(() => heard > 0);
    clock.pass(3_000);
    expect(await failed).toBe("port.unsupported");

    const refusing = await rawServer((socket) => {
      socket.on("data", () => {
        for (const verb of ["dont", "wont"] as const) socket.write(optionBytes(verb, 44));
      });
    });
    const second = client(refusing, "", { clock });
    expect(await codeOf(second.port.open({ baudRate: 115_200 }, second.sink))).toBe("port.unsupported");

    const repeating = await rawServer((socket) => void socket.pipe(socket));
    const third = client(repeating, "?timeout=0.05");
    expect(await codeOf(third.port.open({ baudRate: 115_200 }, third.sink))).toBe("port.failed");
    expect([first, second, third].flatMap(({ sink }) => sink.losses)).toEqual([]);
  });

  it("says that a server that hangs up may be busy, and that one is missing", async () => {
    const { server } = await own();
    const second = client(server.port);
    expect(await codeOf(second.port.open({ baudRate: 115_200 }, second.sink))).toBe("port.busy");
    expect(second.sink.losses).toEqual([]);
    await server.close();
    expect(await codeOf(second.port.open({ baudRate: 115_200 }, second.sink))).toBe("port.missing");
  });

  it("can be broken off", async () => {
    const { port, sink } = client(await rawServer(() => {}));
    const opened = codeOf(port.open({ baudRate: 115_200 }, sink));
    expect(await codeOf(port.open({ baudRate: 115_200 }, sink))).toBe("port.busy");
    await port.close();
    expect(await opened).toBe("port.closed");
    expect(sink.losses).toEqual([]);
  });
});

describe("an open port", () => {
  it("carries every byte both ways", async () => {
    const { device, port, sink } = await own();
    const bytes = Uint8Array.from({ length: 1024 }, (_, index) => (index % 3 === 0 ? 0xff : index));
    await port.write(bytes);
    device.receive(...bytes);
    await until(() => device.written.length === 1024 && sink.bytes.length === 1024);
    expect(device.written).toEqual([...bytes]);
    expect(sink.bytes).toEqual([...bytes]);
  });

  it("changes the baud rate in its place between the bytes, and waits for it", async () => {
    const { device, port } = await own();
    void port.write(Uint8Array.of(1));
    await port.setBaudRate(921_600);
    expect(device.log).toEqual(["open 115200", "write 1", "baud 921600"]);
    device.refusedBaudRate = 3_000_000;
    expect(await codeOf(port.setBaudRate(3_000_000))).toBe("port.baud-unsupported");
    await port.setBaudRate(460_800);
  });

  it("sets both lines at first, in one piece, and then what changes, DTR first", async () => {
    const { server, port } = await remote();
    const before = server.said.length;
    for (const [dtr, rts] of [
      [false, true],
      [true, false],
      [true, false],
      [false, false],
    ] as const)
      await port.setLines({ dtr, rts });
    expect(server.said.slice(before)).toEqual(["set 5: 9, set 5: 11", "set 5: 8, set 5: 12", "set 5: 9"]);
  });

  it("finds out that there are no lines", async () => {
    const { device, port } = await own();
    device.capabilities = { lines: false, atomicLines: false, baud: true };
    expect(await codeOf(port.setLines({ dtr: false, rts: true }))).toBe("port.lines-unsupported");
    expect(port.capabilities.lines).toBe(false);
    await port.write(Uint8Array.of(1));
  });

  it("does not take the late answer to an earlier request for the answer to this one", async () => {
    const clock = new ManualClock();
    let answers = true;
    const confirm = (command: number, value: number): number | null => (command !== 5 || answers ? value : null);
    const { server, port } = await remote({ confirm, clock });
    answers = false;
    const given = codeOf(port.setLines({ dtr: true, rts: false }));
    await until(() => server.said.at(-1) === "set 5: 8, set 5: 12");
    clock.pass(3_000);
    expect(await given).toBe("port.failed");
    const next = codeOf(port.setLines({ dtr: false, rts: false }));
    await until(() => server.said.at(-1) === "set 5: 9, set 5: 12");
    for (const control of [8, 12, 9, 12]) server.send(comPortBytes(105, [control]));
    expect(await next).toBe("no error");
  });

  it("does not wait for the lines when told so", async () => {
    const confirm = (command: number, value: number): number | null => (command === 5 ? null : value);
    const { server, port } = await remote({ confirm, query: "?ign_set_control" });
    await port.setLines({ dtr: true, rts: false });
    await until(() => server.said.at(-1) === "set 5: 8, set 5: 12");
  });

  it("stops sending while the server wants it to", async () => {
    const { server, port, device } = await remote();
    server.send(comPortBytes(108, []));
    await port.setBaudRate(9600);
    let written = false;
    const writing = port.write(Uint8Array.of(1)).then(() => {
      written = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBe(false);
    server.send(comPortBytes(109, []));
    await writing;
    await until(() => device.written.length === 1);
  });

  it("gives up a write that the server does not take within 10 seconds", async () => {
    const clock = new ManualClock();
    const { server, port } = await remote({ clock });
    server.send(comPortBytes(108, []));
    await port.setBaudRate(9600);
    const failed = codeOf(port.write(Uint8Array.of(1)));
    clock.pass(10_000);
    expect(await failed).toBe("port.write-timeout");
  });
});

describe("the end", () => {
  it("tells once of a dropped connection, fails what waits, and can be opened again", async () => {
    const confirm = (_command: number, value: number): number | null => (value === 9600 ? null : value);
    const { server, port, sink } = await remote({ confirm });
    const waiting = codeOf(port.setBaudRate(9600));
    await until(() => server.said.at(-1) === "set 1: 9600");
    server.drop();
    expect(await waiting).toBe("port.lost");
    expect(await codeOf(port.write(Uint8Array.of(1)))).toBe("port.lost");
    await port.close();
    expect(sink.losses).toEqual(["port.lost"]);
    await port.open({ baudRate: 115_200 }, sink);
    await port.setLines({ dtr: false, rts: true });
    expect(server.said.at(-1)).toBe("set 5: 9, set 5: 11");
    await port.close();
    await port.close();
    expect(sink.losses).toEqual(["port.lost"]);
    expect(await codeOf(port.setBaudRate(115_200))).toBe("port.closed");
  });

  it("tells of the loss when the server's device goes", async () => {
    const { device, sink } = await own();
    device.lose();
    await until(() => sink.losses.length > 0);
    expect(sink.losses).toEqual(["port.lost"]);
  });

  it("lets go so that the server takes it at once again", async () => {
    const { port, sink } = await own();
    for (let round = 0; round < 10; round++) {
      await port.close();
      await port.open({ baudRate: 115_200 }, sink);
    }
    expect(sink.losses).toEqual([]);
  });

  it("stays until a reset that the server does beside the conversation is over", async () => {
    const clock = new ManualClock();
    const { device, port } = await remote({ clock });
    await port.setLines({ dtr: false, rts: true });
    await port.setLines({ dtr: false, rts: false });
    let closed = false;
    const closing = port.close().then(() => {
      closed = true;
    });
    const change = device.log.length;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(closed).toBe(false);
    expect(device.log).toHaveLength(change);
    clock.pass(200);
    await closing;
  });
});

describe("parseRfc2217Url", () => {
  it.each([
    ["rfc2217://10.0.0.1:2217", { address: { host: "10.0.0.1", port: 2217 }, control: false, timeoutMs: 3_000 }],
    ["rfc2217://h:1?ign_set_control", { address: { host: "h", port: 1 }, control: true, timeoutMs: 3_000 }],
    [
      "RFC2217://[::1]:2217/?timeout=0.5&logging=debug&poll_modem&ign_set_control=1",
      { address: { host: "::1", port: 2217 }, control: true, timeoutMs: 500 },
    ],
  ])("reads %s", (url, { address, control, timeoutMs }) => {
    expect(parseRfc2217Url(url)).toEqual({ address, ignoresControlAnswers: control, timeoutMs });
  });

  it.each([
    "rfc2217://h",
    "rfc2217://h:0",
    "rfc2217:h:1",
    "rfc2217://h:1?speed=1",
    "rfc2217://h:1?timeout",
    "rfc2217://h:1?timeout=0",
    "rfc2217://h:1?timeout=soon",
  ])("refuses %s", async (url) => {
    expect(await codeOf((async () => parseRfc2217Url(url))())).toBe("argument.invalid");
  });
});
