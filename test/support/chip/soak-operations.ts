import {
  type ErrorCode,
  eraseFlash,
  eraseRegion,
  type FileToWrite,
  readFlash,
  readFlashId,
  readFlashSfdp,
  readFlashStatus,
  readMemory,
  readRegister,
  readSecurityInfo,
  type Session,
  verifyFlash,
  type WriteFlashOptions,
  writeFlash,
  writeRegister,
} from "../../../src/index.ts";
import type { VirtualChip } from "../../../src/virtual.ts";
import { type Random, randomBytes } from "../mutation.ts";
import { pick } from "../pick.ts";
import type { FlashModel } from "./flash-model.ts";
import { live } from "./live.ts";
import { RAM_PLACES } from "./ram-program.ts";
import type { SoakFault } from "./soak-faults.ts";

const SECTOR = 0x1000;
/** Most of the work goes on here, so that operations meet what others left. */
const AREA_BYTES = 0x20000;

export interface Range {
  readonly address: number;
  readonly sizeBytes: number;
}

export interface Bench {
  readonly chip: VirtualChip;
  readonly model: FlashModel;
  readonly session: Session;
  /** What may go wrong during this operation. */
  readonly fault: SoakFault | null;
  readonly signal: AbortSignal;
}

export interface SoakOperation {
  readonly label: string;
  /** What it may change. */
  readonly touches: readonly Range[];
  /** Does it, checks what it returned, and brings the model up to date. Gives a complaint, or null. */
  run(bench: Bench): Promise<string | null>;
  /** The errors that are right without any fault; others would be a refusal without a reason. */
  readonly refusals: readonly ErrorCode[];
  /** It must be refused, and by nothing else. */
  readonly mustFail?: boolean;
}

/** Any one of them, weighted towards those that change flash. */
export function randomOperation(random: Random, chip: VirtualChip): SoakOperation {
  const makers = [write, write, write, write, erase, erase, read, read, verify, verify, facts, memory, guard];
  const maker = random(40) === 0 ? eraseAll : pick(random, makers);
  return maker(random, chip);
}

/** Half of it compresses; some of it is empty flash. */
function fileContents(random: Random, sizeBytes: number): Uint8Array<ArrayBuffer> {
  switch (random(4)) {
    case 0:
      return randomBytes(random, sizeBytes);
    case 1:
      return new Uint8Array(sizeBytes).fill(random(2) === 0 ? 0xff : 0);
    default: {
      const noise = randomBytes(random, 64);
      // Never an image's magic byte at the start: headers are patched and guarded elsewhere.
      return Uint8Array.from({ length: sizeBytes }, (_, at) => (at % 300 < 200 ? at >>> 8 : (noise[at % 64] ?? 0)));
    }
  }
}

function randomSize(random: Random): number {
  switch (random(8)) {
    case 0:
      return random(5);
    case 1:
      return pick(random, [0x1000, 0x4000, 0x4001, 0x3fff, 0x400]);
    case 2:
      return random(40_000);
    default:
      return random(9000);
  }
}

function randomAddress(random: Random): number {
  const sector = random(AREA_BYTES / SECTOR) * SECTOR;
  return random(3) === 0 ? sector + 4 * random(SECTOR / 4) : sector;
}

function randomFiles(random: Random, chip: VirtualChip): FileToWrite[] {
  const files: FileToWrite[] = [];
  let next = randomAddress(random);
  for (let count = pick(random, [1, 1, 1, 2, 3]); count > 0; count--) {
    const data = fileContents(random, randomSize(random));
    if (data[0] === 0xe9) data[0] = 0;
    files.push({
      address: next,
      data,
      name: `file-${count}`,
      ...previousContents(random, chip, { address: next, data }),
    });
    // Files must not share a sector.
    next = (Math.floor((next + data.length) / SECTOR) + 1 + random(3)) * SECTOR + (random(4) === 0 ? 0x104 : 0);
  }
  return random(2) === 0 ? files : files.reverse();
}

/** What a caller believes to be in flash: the truth, a part of it, something else, or nothing. */
function previousContents(
  random: Random,
  chip: VirtualChip,
  { address, data }: { readonly address: number; readonly data: Uint8Array<ArrayBuffer> },
): Pick<FileToWrite, "previous"> {
  const inFlash = chip.flash.read(address, data.length);
  switch (random(12)) {
    case 0: {
      // A file that differs from flash in one place, which is what this is for.
      data.set(inFlash);
      if (data.length > 0) data[random(data.length)] = random(256);
      if (data[0] === 0xe9) data[0] = 0;
      return { previous: inFlash };
    }
    case 1:
      return { previous: inFlash.subarray(0, random(data.length + 1)) };
    case 2:
      return { previous: data.slice() };
    default:
      return {};
  }
}

const writeRefusals: readonly ErrorCode[] = ["stub.required", "argument.unsupported"];

function write(random: Random, chip: VirtualChip): SoakOperation {
  const files = randomFiles(random, chip);
  const options: WriteFlashOptions = {
    skipFlashed: random(6) === 0,
    compress: pick(random, ["auto", "auto", "always", "never"] as const),
    force: random(6) === 0,
    eraseAll: random(30) === 0,
  };
  const all = { address: 0, sizeBytes: 0x80000 };
  // The ESP8266's ROM erases two sectors at a time, so it may erase the one behind the file (fact sheet 3.14).
  const extra = chip.chip.rom.eraseSizeBug ? SECTOR : 0;
  const list = files.map(({ address, data }) => `${data.length}@0x${address.toString(16)}`).join(" ");
  return {
    label: `write ${list} ${options.compress}${options.eraseAll === true ? " after erasing all" : ""}`,
    touches:
      options.eraseAll === true
        ? [all]
        : files.map(({ address, data }) => ({ address, sizeBytes: data.length + extra })),
    // In Secure Download Mode a ROM that is told to take compressed data refuses it.
    refusals:
      chip.silicon.secureDownload && options.compress === "always"
        ? ["flash.write-failed", ...writeRefusals]
        : writeRefusals,
    async run({ session, model, fault, signal }) {
      const result = await writeFlash(session, files, { ...options, signal });
      if (options.eraseAll === true) model.erase(0, all.sizeBytes);
      for (const { address, data } of files)
        if (data.length > 0 && live(session).traits.eraseSizeBug) model.doubt(address, data.length + SECTOR);
      // What is in flash already may stay, and with it what else the sector holds.
      const mayStay = options.skipFlashed === true || files.some(({ previous }) => previous !== undefined);
      for (const { address, data } of files) {
        if (mayStay) model.writeOrKeep(address, data, chip.flash.read(0, chip.flash.sizeBytes));
        else model.write(address, data);
      }
      for (const [index, { address, data }] of files.entries()) {
        const written = result.files[index];
        if (written?.sizeBytes !== data.length) return `the result does not tell of file ${index}`;
        if (data.length === 0) continue;
        // A loader without digests says so. On a bad line its success promises nothing.
        if (written.verified === "impossible" && isOfTheLine(fault)) {
          model.doubt(address, data.length);
          continue;
        }
        if (Buffer.compare(chip.flash.read(address, data.length), data) !== 0)
          return `FALSE SUCCESS: flash does not hold the ${data.length} bytes at 0x${address.toString(16)}`;
      }
      return null;
    },
  };
}

function isOfTheLine(fault: SoakFault | null): boolean {
  return fault?.kind === "line" || fault?.kind === "noise" || fault?.kind === "noise-in";
}

function erase(random: Random): SoakOperation {
  const address = random(AREA_BYTES / SECTOR) * SECTOR;
  const sizeBytes = random(pick(random, [3, 12])) * SECTOR;
  return {
    label: `erase 0x${sizeBytes.toString(16)}@0x${address.toString(16)}`,
    touches: [{ address, sizeBytes }],
    refusals: ["stub.required"],
    async run({ session, model, signal }) {
      await eraseRegion(session, { address, sizeBytes }, { signal });
      model.erase(address, sizeBytes);
      return null;
    },
  };
}

function eraseAll(_random: Random, chip: VirtualChip): SoakOperation {
  const { sizeBytes } = chip.flash;
  return {
    label: "erase all",
    touches: [{ address: 0, sizeBytes }],
    // In Secure Download Mode no stub could run.
    refusals: ["stub.required", "chip.secure-download"],
    async run({ session, model, signal }) {
      await eraseFlash(session, { signal });
      model.erase(0, sizeBytes);
      return null;
    },
  };
}

function read(random: Random, chip: VirtualChip): SoakOperation {
  const address = random(AREA_BYTES);
  const sizeBytes = random(pick(random, [100, 3000, 20_000]));
  return {
    label: `read ${sizeBytes}@0x${address.toString(16)}`,
    touches: [],
    refusals: ["stub.required", "chip.secure-download"],
    async run({ session, signal }) {
      const { data } = await readFlash(session, { address, sizeBytes }, { signal });
      return Buffer.compare(data, chip.flash.read(address, sizeBytes)) === 0 ? null : "FALSE SUCCESS: read other bytes";
    },
  };
}

function verify(random: Random, chip: VirtualChip): SoakOperation {
  const address = randomAddress(random);
  const data = chip.flash.read(address, 1 + random(12_000));
  const differs = random(2) === 0;
  if (data[0] === 0xe9) data[0] = 0;
  if (differs) {
    const at = random(data.length);
    data[at] = (data[at] ?? 0) ^ (1 << random(8));
  }
  return {
    label: `verify ${data.length}@0x${address.toString(16)} ${differs ? "with a difference" : ""}`,
    touches: [],
    refusals: ["flash.verify-unsupported"],
    async run({ session, fault, signal }) {
      const { matched } = await verifyFlash(session, [{ address, data }], { signal });
      const padding = chip.flash.read(address + data.length, (4 - (data.length % 4)) % 4);
      const isSame =
        Buffer.compare(chip.flash.read(address, data.length), data) === 0 && padding.every((byte) => byte === 0xff);
      if (matched === isSame) return null;
      if (!matched && (fault?.kind === "noise" || fault?.kind === "noise-in")) return null;
      return `verify says ${matched}, but it is ${isSame}`;
    },
  };
}

function facts(random: Random, chip: VirtualChip): SoakOperation {
  const what = pick(random, ["flash id", "status", "SFDP", "security"] as const);
  const work = {
    "flash id": async (session: Session, signal: AbortSignal) => {
      const { sizeBytes } = await readFlashId(session, { signal });
      return sizeBytes === chip.flash.sizeBytes;
    },
    status: async (session: Session, signal: AbortSignal) =>
      (await readFlashStatus(session, { sizeBytes: 2, signal })) === 0,
    SFDP: async (session: Session, signal: AbortSignal) => {
      const bytes = await readFlashSfdp(session, { address: 0, sizeBytes: 4 }, { signal });
      return String.fromCharCode(...bytes) === "SFDP";
    },
    security: async (session: Session) => (await readSecurityInfo(session)).rawKeyPurposes.length === 7,
  }[what];
  return {
    label: what,
    touches: [],
    refusals: ["chip.secure-download", "chip.not-supported"],
    async run({ session, fault, signal }) {
      const isRight = await work(session, signal);
      const mayBeWrong = fault?.kind === "noise" || fault?.kind === "noise-in" || fault?.kind === "power";
      return isRight || mayBeWrong ? null : `wrong ${what}`;
    },
  };
}

function memory(random: Random, chip: VirtualChip): SoakOperation {
  const address = RAM_PLACES[chip.chip.id]?.data;
  const value = random(0x1_0000_0000);
  return {
    label: "memory",
    touches: [],
    refusals: ["chip.secure-download"],
    async run({ session, fault, signal }) {
      if (address === undefined) return null;
      await writeRegister(session, { address, value }, { signal });
      const found = await readRegister(session, address, { signal });
      const { data } = await readMemory(session, { address: address + 1, sizeBytes: 3 }, { signal });
      const mayBeWrong = fault?.kind === "noise" || fault?.kind === "noise-in" || fault?.kind === "power";
      return mayBeWrong || (found === value && data[2] === value >>> 24) ? null : `wrote ${value}, read ${found}`;
    },
  };
}

function guard(random: Random, chip: VirtualChip): SoakOperation {
  const data = fileContents(random, 3000);
  data[0] = 0;
  const end = chip.flash.sizeBytes;
  // Who cannot find out how large the flash is lets a file pass; it is the caller who knows.
  const knowsSize = !chip.silicon.secureDownload;
  const attempts: readonly { code: ErrorCode; work: (session: Session, signal: AbortSignal) => Promise<unknown> }[] = [
    {
      code: "flash.overlap",
      work: (session, signal) =>
        writeFlash(
          session,
          [0x1000, 0x1c00].map((address) => ({ address, data })),
          { signal, force: true },
        ),
    },
    {
      code: "flash.unaligned",
      work: (session, signal) => eraseRegion(session, { address: 0x1004, sizeBytes: 0x1000 }, { signal }),
    },
    {
      code: knowsSize ? "flash.does-not-fit" : "flash.out-of-range",
      work: (session, signal) =>
        writeFlash(session, [{ address: knowsSize ? end - 0x800 : 0xfffff00, data }], { signal }),
    },
    {
      code: "flash.out-of-range",
      work: (session, signal) => readFlash(session, { address: end - 4, sizeBytes: 8 }, { signal }),
    },
    {
      code: "argument.invalid",
      work: (session, signal) => readRegister(session, 0x3ff00001, { signal }),
    },
  ];
  const { code, work } = pick(random, attempts);
  return {
    label: `must fail with ${code}`,
    touches: [{ address: end - 0x1000, sizeBytes: code === "flash.does-not-fit" ? 0x1000 : 0 }],
    refusals: [code, "stub.required", "chip.secure-download"],
    mustFail: true,
    async run({ session, signal }) {
      await work(session, signal);
      return "FALSE SUCCESS: not refused";
    },
  };
}
