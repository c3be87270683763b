import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { burnEfuses, efuseDevice, planBurn, readEfuses } from "../../src/efuse.ts";
import { connect } from "../../src/index.ts";
import { portFromString } from "../../src/node/open-port.ts";
import { serveVirtual } from "../../src/node/serve/serve-virtual.ts";
import { live } from "../support/chip/live.ts";
import { RecordingSink, until } from "../support/port/ports.ts";
import { patientClock } from "../support/process/patient-clock.ts";

/** SYNC of the ROM loaders (fact sheet 3.7): 07 07 12 20 and 32 times 55, in a SLIP frame. */
const SYNC = Uint8Array.of(0xc0, 0, 8, 36, 0, 0, 0, 0, 0, 7, 7, 0x12, 0x20, ...new Array<number>(32).fill(0x55), 0xc0);
/** The head of its answer: direction 1, the same command. */
const SYNC_ANSWER = "\xc0\x01\x08";

it("serves a virtual chip that a plain TCP port can sync with at once, and saves its state at the end", async () => {
  const folder = await mkdtemp(join(tmpdir(), "serve-virtual-"));
  try {
    const server = await serveVirtual({
      chip: `esp32c3,flash=4MB,file=${join(folder, "chip.state")}`,
      tcp: { port: 0 },
    });
    const port = await portFromString(`socket://${server.tcp?.address}:${server.tcp?.port}`, { clock: patientClock() });
    const sink = new RecordingSink();
    const heard = (): string => String.fromCharCode(...sink.bytes);
    await port.open({ baudRate: 115_200 }, sink);
    await until(() => heard().includes("waiting for download"));
    await port.write(SYNC);
    await until(() => heard().includes(SYNC_ANSWER));
    await port.close();
    await server.close();
    expect(sink.losses).toEqual([]);
    expect(await readdir(folder)).toEqual(["chip.state"]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("ends well when Secure Download Mode is burned: the connection is lost, and there again in that mode", async () => {
  const server = await serveVirtual({ chip: "esp32c3", tcp: { port: 0 } });
  try {
    // What is lost is given up after twenty seconds of asking.
    const clock = patientClock({ pace: 5 });
    const open = () => portFromString(`socket://${server.tcp?.address}:${server.tcp?.port}`, { clock });
    const session = await connect(await open(), { stub: false });
    const device = efuseDevice(session);
    const plan = planBurn(await readEfuses(device), [{ kind: "field", field: "ENABLE_SECURITY_DOWNLOAD" }]);
    const { steps, state } = await burnEfuses(device, plan);
    expect(steps.at(-1)).toMatchObject({ verdict: "secure-download" });
    expect(state).toBeNull();
    await live(session).link.close();
    const again = await connect(await open(), { stub: false });
    expect(again.secureDownload).toBe(true);
    await live(again).link.close();
  } finally {
    await server.close();
  }
});
