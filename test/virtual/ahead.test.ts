import { describe, expect, it } from "vitest";
import { type ConnectOptions, connect, disconnect, type EspEvent, readFlashId, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { live } from "../support/chip/live.ts";
import { noise } from "../support/noise.ts";

const ADDRESS = 0x10000;
const MD5 = 0x13;
const PART = 0x10000;
const DIGEST_REPLY_BYTES = 26;

/** Equal parts: the answer for one of them fits all others. */
const FILE = ((): Uint8Array<ArrayBuffer> => {
  const part = noise(PART);
  const file = new Uint8Array(8 * PART);
  for (let at = 0; at < file.length; at += PART) file.set(part, at);
  return file;
})();
const CHANGED = FILE.map((byte, at) => (at === 2 * PART + 0x5123 ? byte ^ 1 : byte));

/** With an adapter whose exchanges take long beside the digest of a part. */
function made() {
  return virtualChip("esp32s2", {
    timing: { adapterLatencyMs: 16 },
    contents: [{ address: ADDRESS, bytes: CHANGED }],
  });
}

/** `Q` for each question on its way out, `A` for each answer, `-` for what goes between frames. */
function questions(events: readonly EspEvent[]): string {
  return events
    .map((event) => {
      if (event.type !== "trace") return "";
      if (event.what === "command") return event.opcode === MD5 ? "Q" : "";
      if (event.what === "write") return event.bytes.every((byte) => byte === 0xff) ? "-" : "";
      return event.what === "frame" && event.bytes[1] === MD5 && event.bytes.length === DIGEST_REPLY_BYTES ? "A" : "";
    })
    .join("");
}

async function asked(chip: ReturnType<typeof made>, options: ConnectOptions = {}): Promise<string> {
  const events: EspEvent[] = [];
  const onEvent = (event: EspEvent): void => {
    events.push(event);
  };
  const session = await connect(chip.port, { baudRate: 921_600, trace: true, ...options, onEvent });
  const { files } = await writeFlash(session, [{ address: ADDRESS, data: FILE }]);
  expect(files[0]?.verified).toBe("md5");
  expect(Buffer.compare(chip.flash.read(ADDRESS, FILE.length), FILE)).toBe(0);
  await disconnect(session, { reset: "no-reset-stub" });
  return questions(events);
}

describe("questions for digests", () => {
  it("are asked while the chip works on the one before, with a pause between, and never three at once", async () => {
    const told = await asked(made());
    expect(told).toMatch(/Q-QA/);
    expect(told).not.toMatch(/QQ|Q-Q-Q/);
  });

  it("are asked one by one of a stub that ran before: how it receives is not known", async () => {
    const chip = made();
    const first = await connect(chip.port, { baudRate: 115_200 });
    await disconnect(first, { reset: "no-reset-stub" });
    const told = await asked(chip, { before: "no-reset", baudRate: 115_200 });
    expect(told).toMatch(/^(QA)+$/);
  });

  it.each([
    ["dropNextRequest", [0, 1, 2, 5, 6, 7, 8, 9, 10, 11, 12, 13]],
    ["dropNextReply", [2, 6, 9, 13]],
  ] as const)(
    "that are lost (%s) are asked again, and no answer is taken for that of another",
    async (fault, places) => {
      for (const skip of places) {
        const chip = made();
        chip.faults[fault]({ opcode: MD5, skip });
        const told = await asked(chip);
        // One by one then, as long as there is something to be saved by it.
        if (skip >= 6) expect(told, `question ${skip}`).toMatch(/(QA){4,}$/);
      }
    },
  );
});

describe("the first block of a write", () => {
  const [BEGIN, DATA] = [0x02, 0x03];
  const file = noise(3 * 0x1000);

  /** What went out, and which answers came: `B` and `b` for BEGIN, `D` and `d` for blocks. */
  async function written(
    chip: ReturnType<typeof made>,
    options: ConnectOptions = {},
    onConnected = (): void => {},
  ): Promise<string> {
    const events: EspEvent[] = [];
    const session = await connect(chip.port, {
      baudRate: 921_600,
      trace: true,
      ...options,
      onEvent: (event) => void events.push(event),
    });
    onConnected();
    const { files } = await writeFlash(session, [{ address: ADDRESS, data: file }], { skip: false });
    expect(files[0]?.verified).toBe("md5");
    expect(Buffer.compare(chip.flash.read(ADDRESS, file.length), file)).toBe(0);
    await disconnect(session);
    return events
      .map((event) => {
        if (event.type !== "trace" || (event.what !== "command" && event.what !== "frame")) return "";
        const isOut = event.what === "command";
        const opcode = isOut ? event.opcode : event.bytes[1];
        if (!isOut && event.bytes.length !== 10) return "";
        return opcode === BEGIN ? (isOut ? "B" : "b") : opcode === DATA ? (isOut ? "D" : "d") : "";
      })
      .join("");
  }

  it("is on its way while BEGIN is answered, where the stub is known and waiting takes long", async () => {
    expect(await written(made())).toBe("BDbd");
    expect(await written(made(), { baudRate: 115_200 })).toBe("BDbd");
    const chip = made();
    await disconnect(await connect(chip.port, { baudRate: 115_200 }), { reset: "no-reset-stub" });
    expect(await written(chip, { before: "no-reset", baudRate: 115_200 })).toBe("BbDd");
  });

  it.each([BEGIN, DATA])(
    "or BEGIN is lost, or damaged, or its answer (%i): what is written is right",
    async (opcode) => {
      for (const fault of ["dropNextRequest", "dropNextReply", "corruptNextRequest", "corruptNextReply"] as const) {
        const chip = made();
        chip.faults[fault]({ opcode });
        const told = await written(chip);
        // After trouble one after the other.
        expect(told, fault).toMatch(/^BD/);
        expect(told.slice(1), fault).not.toContain("BD");
      }
      const chip = made();
      // In the contents: refused, and sent again in parts, for which no other BEGIN is needed.
      const garble = (): void => chip.faults.atHostByte(6000, { do: "corrupt", mask: 0x10 });
      expect(await written(chip, {}, garble)).toMatch(/^BDbd(Dd){2,}$/);
    },
  );

  it.each([BEGIN + 0x0e, DATA + 0x0e])(
    "holds so much that the chip works on it long after an answer (%i) was lost: it is waited for",
    async (opcode) => {
      const chip = virtualChip("esp32s3", { silicon: { flash: { sizeBytes: 16 * 1024 * 1024 } } });
      const session = await connect(chip.port, { baudRate: 921_600 });
      chip.faults.dropNextReply({ opcode });
      const data = new Uint8Array(12 * 1024 * 1024).fill(0x5a);
      const { files } = await writeFlash(session, [{ address: ADDRESS, data }], { skip: false });
      expect(files[0]?.verified).toBe("md5");
      await disconnect(session);
    },
  );
});

describe("registers and commands of the flash chip", () => {
  const READ_REG = 0x0a;

  it("are asked for two at a time: three of eight exchanges of preparing are not waited for, and BEGIN is not", async () => {
    const session = await connect(virtualChip("esp32s2").port, { baudRate: 921_600 });
    const { counters } = live(session).link;
    await writeFlash(session, [{ address: ADDRESS, data: new Uint8Array(100) }], { skip: false });
    expect(counters.ahead).toBe(4);
    await disconnect(session);
  });

  it.each(["dropNextRequest", "dropNextReply"] as const)(
    "that are lost (%s) are asked for again, one by one",
    async (fault) => {
      const expected = await readFlashId(await connect(virtualChip("esp32s2").port, { baudRate: 921_600 }));
      for (let skip = 0; skip < 5; skip++) {
        const chip = virtualChip("esp32s2");
        const session = await connect(chip.port, { baudRate: 921_600 });
        chip.faults[fault]({ opcode: READ_REG, skip });
        expect(await readFlashId(session)).toEqual(expected);
        await disconnect(session);
      }
    },
  );
});

it("a chip in real time takes what is sent ahead, as one in its own time does", async () => {
  const chip = virtualChip("esp32c3", { clock: "real" });
  const session = await connect(chip.port);
  expect(session.baudRate).toBe(921_600);
  for (let time = 0; time < 5; time++) expect((await readFlashId(session)).sizeName).toBe("4MB");
  const { ahead, resynchronisations } = live(session).link.counters;
  expect(ahead).toBeGreaterThan(0);
  expect(resynchronisations).toBe(0);
  await disconnect(session);
});
