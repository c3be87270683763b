import { describe, expect, it } from "vitest";
import { type ConnectOptions, connect, disconnect, type EspEvent, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";

const ADDRESS = 0x10000;
const DATA = noise(0x80000);
/** Mean distance of faults, each way. Less than one block of 16 KB gets through in two. */
const BYTES_PER_FAULT = 20_000;

interface Outcome {
  readonly elapsedMs: number;
  readonly baudRate: number;
  readonly events: readonly EspEvent[];
}

/** From opening the port to the reset; the line is bad from the connection on. All on the clock of the chip. */
async function writeOver(seed: number | null, connecting: ConnectOptions): Promise<Outcome> {
  const chip = virtualChip("esp32s2");
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { ...connecting, onEvent: (event) => events.push(event) });
  if (seed !== null) chip.faults.soak(seed, BYTES_PER_FAULT);
  const { files } = await writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false });
  const { baudRate } = session;
  await disconnect(session);
  expect(files[0]?.verified).toBe("md5");
  expect(Buffer.compare(chip.flash.read(ADDRESS, DATA.length), DATA)).toBe(0);
  return { elapsedMs: chip.clock.now(), baudRate, events };
}

const FAULT = { do: "corrupt", mask: 0x11 } as const;

const notes = ({ events }: Outcome): string[] => events.flatMap((event) => (event.type === "note" ? [event.code] : []));

describe("a line that garbles one byte in 20,000", () => {
  it.each<[string, ConnectOptions]>([
    ["at a rate that was named", { baudRate: 921_600 }],
    ["with the rate left open", {}],
  ])("takes, %s, no longer than twice a clean one", async (_rate, connecting) => {
    const clean = await writeOver(null, connecting);
    for (const seed of [1, 2, 3, 4, 5]) {
      const noisy = await writeOver(seed, connecting);
      expect(noisy.elapsedMs, `seed ${seed}`).toBeLessThan(2 * clean.elapsedMs);
    }
  });

  it("goes back to the rate that was left in vain", async () => {
    const noisy = await writeOver(1, {});
    expect(notes(noisy)).toEqual(["baud.lowered", "baud.returned", "write.sent-again"]);
    expect(noisy.baudRate).toBe(2_000_000);
  });

  it("has a block that was refused sent again at once, and what was written is not looked for", async () => {
    const chip = virtualChip("esp32s2");
    let resumed = 0;
    const onEvent = ({ type }: EspEvent): void => {
      if (type === "write.resumed") resumed++;
    };
    const session = await connect(chip.port, { baudRate: 921_600, onEvent });
    chip.faults.atHostByte(100_000, FAULT);
    const requests = chip.counters.requests;
    await writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false });
    expect(resumed).toBe(0);
    // 32 blocks of 16 KB, of which one was sent in parts of 4 KB, and the next ones in 4 and 8 KB.
    expect(chip.counters.requests - requests).toBeLessThan(60);
    expect(Buffer.compare(chip.flash.read(ADDRESS, DATA.length), DATA)).toBe(0);
    await disconnect(session);
  });

  it.each(["atHostByte", "atChipByte"] as const)(
    "costs no rate where one fault spoils its proof (%s)",
    async (place) => {
      const chip = virtualChip("esp32s2");
      const tried: string[] = [];
      const session = await connect(chip.port, {
        onEvent: (event) => {
          if (event.type === "baud.tried") tried.push(`${event.baudRate} ${event.works}`);
        },
      });
      // What is asked and answered before is some hundred bytes; the payloads of the proof are 16 KB, and 4 KB back.
      chip.faults[place](3000, FAULT);
      await writeFlash(session, [{ address: ADDRESS, data: DATA }], { compress: "never", skip: false });
      expect(tried).toEqual(["460800 true", "921600 true", "1500000 true", "2000000 true"]);
      expect(session.baudRate).toBe(2_000_000);
      await disconnect(session);
    },
  );
});
