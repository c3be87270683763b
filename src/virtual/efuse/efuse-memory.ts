import { readU32, wordsToBytes, writeU32 } from "../../core/bytes/words.ts";
import { type ByteSource, checkBytes } from "../../core/check/bytes.ts";
import { type Check, optional } from "../../core/check/check.ts";
import { shape } from "../../core/check/shapes.ts";
import { checkChipId } from "../../core/chip/chip-index.ts";
import { EspError } from "../../core/errors.ts";
import type { RegisterWrite } from "../../core/wire/commands.ts";
import { createEfuseFaults, type EfuseFaultControls } from "../fault/efuse-faults.ts";
import { createVirtualClock, type VirtualClock } from "../time/virtual-clock.ts";
import { bytesToWords } from "./efuse-cells.ts";
import type { EfuseEvent } from "./efuse-circuit.ts";
import { createEfuseController, type EfuseController } from "./efuse-controller.ts";
import { ESP32_SCHEME, ESP32_SCHEME_WORD } from "./efuse-esp32.ts";
import { type EfuseBlockLayout, type EfuseLayout, efuseLayout } from "./efuse-layout.ts";
import type { EfuseChipId } from "./efuse-layout-row.ts";
import { threeQuartersEncode } from "./three-quarters.ts";

/** An eFuse controller without a chip around it: what `--virt` works on. */
export interface VirtualEfuses {
  readonly chip: EfuseChipId;
  readonly crystalMhz: number;
  /** 100 x major + minor. */
  readonly revision: number;
  /** Jumps over waits; each access takes a moment of it. */
  readonly clock: VirtualClock;
  readonly faults: EfuseFaultControls;
  /** What the controller did, oldest first; the last thousand. */
  readonly log: readonly EfuseEvent[];
  /** Words at absolute addresses, in their order; 0 where there is no register. */
  readRegisters(addresses: readonly number[]): Promise<number[]>;
  /** In order; `delayMicroseconds` pass before a write, `mask` limits it to some bits. */
  writeRegisters(writes: readonly RegisterWrite[]): Promise<void>;
  /**
   * The register page as `--path-efuse-file` keeps it. What RD_DIS hides is 0 in it: who reads the file back has lost
   * those bits, and the parity that was burned with the others is taken to fit them.
   */
  file(): Uint8Array<ArrayBuffer>;
}

/** What `--virt` says of its chips (fact sheet efuse-secure A15); 0 where it is silent. */
const REVISIONS: Partial<Record<EfuseChipId, number>> = {
  esp32: 300,
  esp32c2: 100,
  esp32c3: 4,
  esp32s2: 100,
  esp32s3: 2,
  esp32p4: 300,
};
const SLOW_CRYSTALS: readonly EfuseChipId[] = ["esp32h2", "esp32h21", "esp32h4"];

/** The ESP32's APB_CTL_DATE, whose highest bit is part of its revision. */
const ESP32_DATE_REGISTER = 0x3ff6607c;
const ESP32_DATE_VALUE = 0x80000000;

/** CHECK_VALUE0, behind the eight words of PGM_DATA. */
const CHECK_OFFSET = 0x20;
const CHECK_WORDS = 3;
/** CONF after a READ. */
const READ_OP_CODE = 0x5aa5;
/** One access takes this long, so that whoever waits for the controller sees time pass. */
const ACCESS_MS = 0.01;

const checkEfuseChip: Check<EfuseChipId> = (value, argument) => {
  const id = checkChipId(value, argument);
  if (id !== "esp8266") return id;
  throw new EspError("efuse.unsupported-chip", "The ESP8266 has no eFuses that can be burned.", {
    hint: "Choose another chip.",
    details: { chip: id },
  });
};
const checkFileOptions: Check<{ readonly file?: Uint8Array }> = shape<{ readonly file?: Uint8Array }>({
  file: optional(checkBytes),
});

/**
 * Blank eFuses, or those of a file. Throws `efuse.file-damaged` for a file of another size than the chip's.
 *
 * @example
 * const efuses = virtualEfuses("esp32c3", { file: await readFile("efuses.bin") });
 * const [writeDisable] = await efuses.readRegisters([0x6000882c]);
 */
export function virtualEfuses(chip: EfuseChipId, options: { readonly file?: ByteSource } = {}): VirtualEfuses {
  checkEfuseChip(chip, "chip");
  const wanted = checkFileOptions(options, "options");
  const layout = efuseLayout(chip);
  const loaded = pageOf(layout, wanted.file ?? new Uint8Array(0));
  const clock = createVirtualClock();
  const faults = createEfuseFaults();
  const revision = REVISIONS[chip] ?? 0;
  let brokeDown = false;
  restoreErrors(layout, loaded, faults.controls);
  const controller = createEfuseController({
    layout,
    fuses: fusesOf(layout, loaded),
    clock,
    programMs: 0,
    readMs: 0,
    faults: faults.plan,
    revision: () => revision,
    brownOut: () => {
      brokeDown = true;
    },
  });
  restoreRegisters(layout, loaded, controller);
  const parity = new LastParity(layout, controller, loaded);

  function read(address: number): number {
    if (controller.handles(address)) return controller.read(address);
    return chip === "esp32" && address === ESP32_DATE_REGISTER ? ESP32_DATE_VALUE : 0;
  }

  function write({ address, value, mask = 0xffffffff, delayMicroseconds = 0 }: RegisterWrite): void {
    clock.advanceBy(delayMicroseconds / 1000);
    if (!controller.handles(address)) return;
    const merged = ((value & mask) | (read(address) & ~mask)) >>> 0;
    parity.watch(() => controller.write(address, merged));
    if (!brokeDown) return;
    brokeDown = false;
    controller.reset();
  }

  return {
    chip,
    crystalMhz: SLOW_CRYSTALS.includes(chip) ? 32 : 40,
    revision,
    clock,
    faults: faults.controls,
    log: controller.log,
    readRegisters: async (addresses) =>
      addresses.map((address) => {
        clock.advanceBy(ACCESS_MS);
        return read(address);
      }),
    writeRegisters: async (writes) => {
      for (const entry of writes) {
        clock.advanceBy(ACCESS_MS);
        write(entry);
      }
    },
    file: () => reversed(controller.programs === 0 ? loaded : burnedPage(layout, loaded, controller, parity)),
  };
}

/** The parity that the last coded block left in the check registers, whatever the host wrote there afterwards. */
class LastParity {
  words: readonly number[];
  readonly #layout: EfuseLayout;
  readonly #controller: EfuseController;

  constructor(layout: EfuseLayout, controller: EfuseController, loaded: Uint8Array) {
    this.#layout = layout;
    this.#controller = controller;
    this.words = bytesToWords(loaded.slice(CHECK_OFFSET, CHECK_OFFSET + 4 * CHECK_WORDS));
  }

  /** Carries a write out and looks whether it burned something. */
  watch(write: () => void): void {
    const { base } = this.#layout;
    const before = this.#controller.programs;
    write();
    if (this.#controller.programs === before) return;
    const last = this.#controller.log.at(-1);
    if (last?.do !== "program" || last.block === 0) return;
    this.words = Array.from({ length: CHECK_WORDS }, (_, index) =>
      this.#controller.read(base + CHECK_OFFSET + 4 * index),
    );
  }
}

/** What a burn leaves in the registers that the reference's emulator keeps (fact sheet efuse-secure A15). */
function burnedPage(
  layout: EfuseLayout,
  loaded: Uint8Array,
  controller: EfuseController,
  parity: LastParity,
): Uint8Array<ArrayBuffer> {
  const page = loaded.slice();
  for (let offset = 0; offset < layout.sizeBytes; offset += 4)
    writeU32(page, offset, controller.read(layout.base + offset));
  if (layout.chip === "esp32") {
    for (const { writeOffset, words } of layout.blocks) page.fill(0, writeOffset, writeOffset + 4 * words);
  } else {
    page.fill(0, 0, CHECK_OFFSET);
    // The ESP32-S31's window is cleared to its end, because its BLOCK0 reaches into the check registers.
    const check = layout.chip === "esp32s31" ? [0, 0, 0] : parity.words;
    page.set(wordsToBytes(check), CHECK_OFFSET);
  }
  writeU32(page, layout.configuration, READ_OP_CODE);
  writeU32(page, layout.command, 0);
  // Not what a host writes there: values ANDed with their masks without being shifted.
  for (const { offset, value } of layout.timing) writeU32(page, offset, value);
  return page;
}

/** The file is the page as one big-endian number: its last byte is the lowest of the first register. */
function pageOf(layout: EfuseLayout, file: Uint8Array): Uint8Array {
  if (file.length === 0) return new Uint8Array(layout.sizeBytes);
  if (file.length === layout.sizeBytes) return reversed(file);
  throw new EspError("efuse.file-damaged", "This is not the file of eFuses that belongs to the chip.", {
    hint: `The file of an ${layout.chip} has ${layout.sizeBytes} bytes, or none at all; this one has ${file.length}.`,
    details: { chip: layout.chip, expectedBytes: layout.sizeBytes, foundBytes: file.length },
  });
}

function reversed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  // Not `slice`, which of a Node Buffer is no copy.
  return Uint8Array.from(bytes).reverse();
}

/** The fuses that would show as the page has it. */
function fusesOf(layout: EfuseLayout, page: Uint8Array): Map<number, number> {
  const fuses = new Map<number, number>();
  const word = (block: EfuseBlockLayout, index: number): number => readU32(page, block.offset + 4 * index);
  const [zero] = layout.blocks;
  const scheme = layout.chip === "esp32" && zero !== undefined ? word(zero, ESP32_SCHEME_WORD) & 3 : ESP32_SCHEME.none;
  for (const block of layout.blocks) {
    const shown = Array.from({ length: block.words }, (_, index) => word(block, index));
    const burned = block.index === 0 ? shown : codedFor(scheme, shown);
    burned.forEach((value, index) => {
      if (value !== 0) fuses.set(layout.base + block.offset + 4 * index, value);
    });
  }
  return fuses;
}

function codedFor(scheme: number, shown: readonly number[]): readonly number[] {
  if (scheme === ESP32_SCHEME.threeQuarters) return bytesToWords(threeQuartersEncode(wordsToBytes(shown.slice(0, 6))));
  if (scheme === ESP32_SCHEME.repeat) return [...shown.slice(0, 4), ...shown.slice(0, 4)];
  return shown;
}

/** Registers that are only kept: op code, timing, and whatever else the file has. */
function restoreRegisters(layout: EfuseLayout, page: Uint8Array, controller: EfuseController): void {
  for (let offset = 0; offset < layout.sizeBytes; offset += 4) {
    if (offset !== layout.command) controller.write(layout.base + offset, readU32(page, offset));
  }
}

/** Errors in the file stay until their block is burned anew. */
function restoreErrors(layout: EfuseLayout, page: Uint8Array, faults: EfuseFaultControls): void {
  if (layout.chip === "esp32") {
    const status = readU32(page, layout.blockZeroErrors);
    for (const { index } of layout.blocks.slice(1)) {
      if ((status >>> (4 * (index - 1))) & 0xf)
        faults.reportEfuseErrors(index, { errors: 0, failed: true, mendsAfter: 1 });
    }
    return;
  }
  const zeroWords = (layout.blocks[0]?.words ?? 1) - 1;
  const registers = Array.from({ length: zeroWords }, (_, index) => readU32(page, layout.blockZeroErrors + 4 * index));
  if (registers.some((word) => word !== 0)) {
    faults.reportEfuseErrors(0, { errors: 1, failed: true, registers, mendsAfter: 1 });
  }
  layout.errors.forEach((places, index) => {
    if (places === undefined) return;
    const { count, fail } = places;
    const errors = (readU32(page, count.at) >>> count.shift) & 7;
    const failed = fail !== null && ((readU32(page, fail.at) >>> fail.shift) & 1) !== 0;
    if (errors > 0 || failed) faults.reportEfuseErrors(index, { errors, failed, mendsAfter: 1 });
  });
}
