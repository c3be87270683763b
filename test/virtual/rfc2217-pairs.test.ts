import { afterEach, describe, expect, it } from "vitest";
import { equalBytes } from "../../src/core/bytes/words.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import type { Port } from "../../src/core/port/port.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { createRfc2217Port } from "../../src/node/rfc2217/rfc2217-port.ts";
import { serveRfc2217 } from "../../src/node/serve/rfc2217-server.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { codeOf, FakePort, RecordingSink, until } from "../support/port/ports.ts";
import { PyserialClient } from "../support/port/pyserial-client.ts";
import { startReferenceServer } from "../support/port/reference-server.ts";
import { patientClock } from "../support/process/patient-clock.ts";

// Each of the two servers with each of the two clients: ours, and scripted ones that behave as the reference's server
// and pyserial's client do. The chip lives in virtual time behind the server; the network is real.

const cleanup: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

interface Served {
  readonly port: number;
  /** What clients said, where the server keeps a list. */
  readonly said: readonly string[] | null;
}

const SERVERS: Readonly<Record<string, (port: Port) => Promise<Served>>> = {
  "our server": async (port) => {
    const server = await serveRfc2217({ port, tcpPort: 0, lines: "local-reset" });
    cleanup.push(() => server.close());
    return { port: server.port, said: null };
  },
  "a server like the reference's": async (port) => {
    const server = await startReferenceServer(port);
    cleanup.push(() => server.close());
    return server;
  },
};

/** Every byte value, and many of the one that telnet escapes. */
const EVERY_BYTE = Uint8Array.from({ length: 768 }, (_, index) => (index % 3 === 0 ? 0xff : index & 0xff));
const FIRMWARE = Uint8Array.from({ length: 20_000 }, (_, index) => (index % 7 === 0 ? 0xff : (index * index) >>> 5));

/** SYNC of the ROM loaders (fact sheet 3.7), in a SLIP frame. */
const SYNC = [0xc0, 0, 8, 36, 0, 0, 0, 0, 0, 7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55), 0xc0];
/** The head of its answer: direction 1, the same command. */
const SYNC_ANSWER = "\xc0\x01\x08";

function newChip(): VirtualChip {
  return virtualChip("esp32c3", { appText: "hello\n" });
}

async function pyserial(port: number): Promise<PyserialClient> {
  const client = new PyserialClient(port);
  cleanup.push(() => client.close());
  await client.open(115_200);
  return client;
}

describe.each(Object.entries(SERVERS))("%s", (name, serve) => {
  const isOurs = name === "our server";

  it("with our client: resets, connects, writes and verifies, and starts the program", async () => {
    const chip = newChip();
    const server = await serve(chip.port);
    const port = createRfc2217Port(`rfc2217://127.0.0.1:${server.port}`, { clock: patientClock() });
    const session = await connect(port, { baudRate: 921_600 });
    expect(session.loader).toBe("stub");
    expect(chip.baudRate).toBe(921_600);
    const saidBefore = server.said?.length ?? 0;
    // A question that is asked ahead may come in one piece with the one before.
    const pieces = (): number => live(session).link.counters.exchanges - live(session).link.counters.ahead;
    const piecesBefore = pieces();
    const { files } = await writeFlash(session, [{ address: 0x10000, data: FIRMWARE, name: "app" }]);
    expect(files[0]).toMatchObject({ verified: "md5" });
    expect(equalBytes(chip.flash.read(0x10000, FIRMWARE.length), FIRMWARE)).toBe(true);
    if (server.said !== null) {
      // Nothing is agreed upon or set again: each command costs the bytes of its frame.
      const during = server.said.slice(saidBefore);
      expect(during.filter((piece) => !/^data \d+(, data \d+)*$/.test(piece))).toEqual([]);
      expect(during.length).toBeGreaterThanOrEqual(pieces() - piecesBefore);
    }
    await disconnect(session, { reset: "hard-reset" });
    await until(() => chip.running === "user-code");
  });

  it("with a client like pyserial: resets, synchronises, changes the rate, and starts the program", async () => {
    const chip = newChip();
    const server = await serve(chip.port);
    const client = await pyserial(server.port);
    const heard = (): string => String.fromCharCode(...client.received);
    await client.resetIntoDownload();
    await until(() => heard().includes("waiting for download"));
    expect(chip.running).toBe("rom-loader");
    client.write(SYNC);
    await until(() => heard().split(SYNC_ANSWER).length > 8);
    await client.configure(115_200);
    expect(client.modemStates).toBeGreaterThan(0);
    await client.hardReset();
    await until(() => heard().includes("hello"));
    expect(chip.running).toBe("user-code");
  });

  it.each(["our client", "a client like pyserial"])("with %s: every byte arrives, both ways", async (kind) => {
    const device = new FakePort();
    const server = await serve(device);
    const received = kind === "our client" ? await sendOurs(server.port) : await sendPyserial(server.port);
    await until(() => device.written.length === EVERY_BYTE.length);
    expect(device.written).toEqual([...EVERY_BYTE]);
    device.receive(...EVERY_BYTE);
    await until(() => received.length === EVERY_BYTE.length);
    expect(received).toEqual([...EVERY_BYTE]);
  });

  it("takes the next client after one has left, with the line as it was", async () => {
    const device = new FakePort();
    const server = await serve(device);
    const first = await pyserial(server.port);
    await first.configure(230_400);
    first.close();
    await until(() => device.log.at(-1) === "baud 115200");
    const port = createRfc2217Port(`rfc2217://127.0.0.1:${server.port}`, { clock: patientClock() });
    cleanup.push(() => port.close());
    await port.open({ baudRate: 115_200 }, new RecordingSink());
    expect(device.log.filter((step) => step.startsWith("open"))).toHaveLength(1);
    expect(isOurs || device.log.includes("lines 11")).toBe(true);
  });
});

async function sendOurs(tcpPort: number): Promise<readonly number[]> {
  const port = createRfc2217Port(`rfc2217://127.0.0.1:${tcpPort}`, { clock: patientClock() });
  const sink = new RecordingSink();
  cleanup.push(() => port.close());
  await port.open({ baudRate: 115_200 }, sink);
  await port.write(EVERY_BYTE);
  return sink.bytes;
}

async function sendPyserial(tcpPort: number): Promise<readonly number[]> {
  const client = await pyserial(tcpPort);
  client.write(EVERY_BYTE);
  return client.received;
}

it("ends a write over a connection that breaks in a clear error", async () => {
  const chip = newChip();
  // More than the stub, less than stub and firmware.
  const server = await startReferenceServer(chip.port, { hangUpAfterBytes: 20_000 });
  cleanup.push(() => server.close());
  const session = await connect(createRfc2217Port(`rfc2217://127.0.0.1:${server.port}`, { clock: patientClock() }), {});
  let state = 1;
  const noise = Uint8Array.from({ length: 60_000 }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
  expect(await codeOf(writeFlash(session, [{ address: 0, data: noise, name: "app" }]))).toBe("port.lost");
  await disconnect(session, { reset: "hard-reset" });
  expect(await codeOf(live(session).link.port.write(Uint8Array.of(0)))).toMatch(/^port\.(lost|closed)$/);
});
