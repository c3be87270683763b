import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { crc32 } from "../../src/core/bytes/crc32.ts";
import { sha256 } from "../../src/core/bytes/sha256.ts";
import { concatBytes, writeU32 } from "../../src/core/bytes/words.ts";
import { chipById } from "../../src/core/chip/catalog.ts";
import type { ChipId } from "../../src/core/chip/types.ts";
import type { EspEvent } from "../../src/core/events.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { readSoundImage } from "../../src/core/image/firmware/read-image.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { ConnectOptions, Session } from "../../src/core/session/session.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../support/chip/live.ts";
import { codeOf, errorOf } from "../support/outcome.ts";

/**
 * What `docs/differs-from-esptool.md` claims. Each of its entries names the test that shows it; the tests that exist for
 * no other reason are here.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));

describe("docs/differs-from-esptool.md", () => {
  const text = readFileSync(`${root}docs/differs-from-esptool.md`, "utf8");
  const entries = [...text.matchAll(/^- \*\*(.+?)\*\*([\s\S]*?)(?=^- \*\*|^## |$(?![\s\S]))/gm)];

  it("has entries", () => {
    expect(entries.length).toBeGreaterThan(20);
  });

  it.each(entries.map(([, name, body]) => [name ?? "", body ?? ""]))("%s: its test exists", (_name, body) => {
    const references = [...body.matchAll(/Test: `([^`]+)`, "([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(0);
    for (const [, file = "", title = ""] of references) {
      expect(existsSync(root + file), file).toBe(true);
      expect(readFileSync(root + file, "utf8"), `${file} has no test "${title}"`).toContain(`"${title}"`);
    }
  });
});

async function session(
  id: ChipId,
  options: VirtualChipOptions = {},
  connecting: ConnectOptions = {},
): Promise<{ chip: VirtualChip; session: Session; events: EspEvent[] }> {
  const chip = virtualChip(id, options);
  const events: EspEvent[] = [];
  const made = await connect(chip.port, {
    ...connecting,
    onEvent: (event) => {
      events.push(event);
    },
  });
  return { chip, session: made, events };
}

const codes = (events: readonly EspEvent[]): string[] =>
  events.flatMap((event) => (event.type === "warning" || event.type === "note" ? [event.code] : []));

/** A small image of our own for the ESP32-C3: one segment, checksum, digest. */
function image(options: { chipId?: number; segmentBytes?: number } = {}): Uint8Array<ArrayBuffer> {
  const { chipId = 5, segmentBytes = 100 } = options;
  const head = new Uint8Array(32);
  head.set([0xe9, 1, 2, 0x10, 0, 0, 0x38, 0x40, 0xee, 0, 0, 0, chipId, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 1]);
  new DataView(head.buffer).setUint32(24, 0x40380000, true);
  new DataView(head.buffer).setUint32(28, segmentBytes, true);
  const segment = Uint8Array.from({ length: segmentBytes }, (_, index) => index);
  const checksum = segment.reduce((sum, byte) => sum ^ byte, 0xef);
  const body = concatBytes([head, segment, new Uint8Array(15 - ((32 + segmentBytes) % 16)), Uint8Array.of(checksum)]);
  return concatBytes([body, sha256(body)]);
}

describe("connecting", () => {
  it("does not wait for ever for a stub that does not start", async () => {
    const chip = virtualChip("esp32c3");
    // The stub's code arrives damaged, so what runs is not the stub.
    chip.faults.atHostByte(3000, { do: "corrupt", mask: 0x10 });
    chip.faults.ignoreCommand(0x07, { skip: 0, times: 99 });
    expect(await codeOf(connect(chip.port))).toMatch(/^(link|stub)\./);
    expect(chip.clock.now()).toBeLessThan(120_000);
  });

  it("finds a stub whose greeting was lost", async () => {
    const chip = virtualChip("esp32c3");
    chip.faults.dropNextReply({ opcode: 0x06 });
    const made = await connect(chip.port);
    expect(made.loader).toBe("stub");
    await disconnect(made);
  });

  it("uploads the stub at the higher rate where the ROM counts its crystal right", async () => {
    const slow = await session("esp32c3", {}, { baudRate: 115_200 });
    const fast = await session("esp32c3", {}, { baudRate: 921_600 });
    expect(fast.chip.clock.now()).toBeLessThan(slow.chip.clock.now() * 0.7);
    expect(fast.events.map(({ type }) => type).indexOf("baud.changed")).toBeLessThan(
      fast.events.map(({ type }) => type).indexOf("stub.uploading"),
    );
  });

  it("reads each word of the eFuses once", async () => {
    const { session: made } = await session("esp32");
    // SYNC, security info, magic, seven words, crystal, and the stub's upload and start.
    expect(live(made).link.counters.exchanges).toBeLessThanOrEqual(18);
    await disconnect(made);
  });
});

describe("leaving", () => {
  it("resets instead of failing when a soft reset is asked of a stub", async () => {
    const { session: made, events } = await session("esp32c3");
    await disconnect(made, { reset: "soft-reset" });
    expect(codes(events)).toContain("reset.soft-unsupported");
    expect(events.at(-1)).toMatchObject({ type: "reset.done", how: "hard" });
  });

  it.each(["esp32s2", "esp32s3", "esp32p4", "esp32s31", "esp32e22"] as const)(
    "%s in Secure Download Mode over USB-OTG is left without an error",
    async (id) => {
      const options: VirtualChipOptions = { usb: "otg", boot: "download", silicon: { secureDownload: true } };
      const { session: made, events } = await session(id, options, { before: "no-reset" });
      expect(made.secureDownload).toBe(true);
      await disconnect(made);
      expect(events.at(-1)).toMatchObject({ type: "reset.done" });
      expect(codes(events)).not.toContain("reset.failed");
    },
  );
});

describe("writing", () => {
  it("refuses an image that breaks off, at any byte", async () => {
    const whole = image();
    const { session: made } = await session("esp32c3");
    for (const length of [33, 60, 131, 143, 144, whole.length - 1]) {
      const file = { address: 0x10000, data: whole.subarray(0, length), name: "app.bin" };
      const error = await errorOf(writeFlash(made, [file]));
      expect(error.code, `${length} bytes`).toBe("image.truncated");
    }
    const result = await writeFlash(made, [{ address: 0x10000, data: whole }]);
    expect(result.files[0]?.verified).toBe("md5");
    await writeFlash(made, [{ address: 0x20000, data: whole.subarray(0, 60) }], { force: true });
    await disconnect(made);
  });

  it("leaves the header of a signed image alone", async () => {
    const plain = image();
    const outline = readSoundImage(chipById("esp32c3"), plain);
    const sector = new Uint8Array(4096).fill(0xff);
    // A Secure Boot V2 signature block: magic, version (2: RSA), checksum.
    sector.fill(0, 0, 1216).set([0xe7, 2, 0, 0]);
    writeU32(sector, 1196, crc32(sector.subarray(0, 1196)));
    const signed = concatBytes([plain, new Uint8Array(4096 - (outline?.endBytes ?? 0)).fill(0xff), sector]);
    const { session: made, chip, events } = await session("esp32c3");
    await writeFlash(made, [{ address: 0, data: signed, name: "boot.bin" }], { flashMode: "qio", flashSize: "4MB" });
    expect(codes(events)).toContain("image.not-patched");
    expect(chip.flash.read(0, signed.length)).toEqual(signed);
    await writeFlash(made, [{ address: 0, data: plain, name: "boot.bin" }], { flashMode: "qio", flashSize: "4MB" });
    expect(chip.flash.read(2, 2)).toEqual(Uint8Array.of(0, 0x20));
    await disconnect(made);
  });

  it("believes an explicit flash size when the flash cannot be asked", async () => {
    const { session: made } = await session("esp32c3", {
      silicon: { flash: { jedecId: [0x12, 0x34, 0x99], sizeBytes: 4 << 20 } },
    });
    const file = { address: 0xff000, data: new Uint8Array(0x2000) };
    expect(await codeOf(writeFlash(made, [file], { flashSize: "1MB" }))).toBe("flash.does-not-fit");
    await disconnect(made);
  });

  it("says that an ESP8266's ROM cannot prove what it wrote", async () => {
    const { session: made, events } = await session("esp8266", {}, { stub: false });
    const result = await writeFlash(made, [{ address: 0x10000, data: new Uint8Array(5000) }]);
    expect(result.files[0]?.verified).toBe("impossible");
    expect(events.map(({ type }) => type)).toContain("verify.impossible");
    expect(events.map(({ type }) => type)).not.toContain("verify.matched");
    await disconnect(made);
  });
});
