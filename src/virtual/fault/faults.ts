// Shelf: what goes wrong on purpose, one rule each: on the line, in the flash, in the fuses.
// In: rules from a test or a text.
// Out: a decision at the moment it matters.

import { createEfuseFaults, type EfuseFaultControls, type EfuseFaultPlan, NO_EFUSE_FAULTS } from "./efuse-faults.ts";
import { type ByteFault, FaultyStream, type FrameChoice, type NoiseSource, type Passage } from "./faulty-stream.ts";
import { type Occasions, type Rule, RuleList } from "./rule-list.ts";

export type { ByteFault, FrameChoice, Passage } from "./faulty-stream.ts";
export type { Occasions } from "./rule-list.ts";

/** What the machine and the board ask before they do something. Each question counts: ask once per occasion. */
export interface FaultPlan {
  /** The loader acts as if this command had never come. */
  ignoresCommand(opcode: number): boolean;
  /** The sector at this address of the flash does not take the operation. */
  failsSector(address: number, operation: "erase" | "program"): boolean;
  /** The block of the NAND flash does not take the operation. */
  failsNandBlock(block: number, operation: NandFault): boolean;
  /** The supply breaks down during the operation at this address: the machine restarts with cause `brown-out`. */
  brownsOutAt(operation: "erase" | "program", address: number): boolean;
  readonly efuses: EfuseFaultPlan;
  /** What arrives of bytes on their way to the chip. */
  fromHost(bytes: Uint8Array): Passage;
  /** What arrives of bytes on their way to the host. */
  fromChip(bytes: Uint8Array): Passage;
}

/**
 * What may go wrong in a block of NAND flash: erasing or programming a page fails, and the flash says so; a page is
 * stored with a wrong bit, and nobody says so; marking fails; a page cannot be read because its ECC gives up.
 */
export type NandFault = "erase" | "program" | "corrupt" | "mark" | "read";

/** Faults a test asks for, one small behaviour per call. Without a call nothing ever goes wrong. */
export interface FaultControls extends EfuseFaultControls {
  /** One byte of the opcode of the next reply (or the next with this opcode) is wrong. */
  corruptNextReply(choice?: FrameChoice): void;
  /** The next reply never comes. */
  dropNextReply(choice?: FrameChoice): void;
  /** Byte `byte` of the next reply is lost; 0 is its opening delimiter. */
  dropReplyByte(byte: number, choice?: FrameChoice): void;
  /** The whole reply comes `ms` later, and with it what follows. */
  delayNextReply(ms: number, choice?: FrameChoice): void;
  /** The reply comes in two pieces, cut before byte `byte`, `ms` apart. */
  splitNextReply(byte: number, ms: number, choice?: FrameChoice): void;
  /** The opcode of the next request is wrong when it arrives. */
  corruptNextRequest(choice?: FrameChoice): void;
  dropNextRequest(choice?: FrameChoice): void;
  /** Byte `byte` of any coming frame from the chip, reply or data, is changed: `mask` is XORed into it. */
  corruptFrameByte(byte: number, mask: number, choice?: FrameChoice): void;
  /** Any fault at the byte `offset` bytes from now on the way to the chip. */
  atHostByte(offset: number, fault: ByteFault): void;
  /** Any fault at the byte `offset` bytes from now on the way to the host. */
  atChipByte(offset: number, fault: ByteFault): void;
  /** The cable is pulled after `count` more bytes to the chip. */
  unplugAfterHostBytes(count: number): void;
  unplugAfterChipBytes(count: number): void;
  /** The cable is pulled after `ms` of the chip's time. */
  unplugAfter(ms: number): void;
  ignoreCommand(opcode: number, occasions?: Occasions): void;
  /** The sector holding `address` cannot be erased, or programmed; for ever, unless `times` says otherwise. */
  failSector(address: number, operation: "erase" | "program", occasions?: Occasions): void;
  /** The block of the NAND flash fails; for ever, unless `times` says otherwise. */
  failNandBlock(block: number, operation: NandFault, occasions?: Occasions): void;
  /** The chip browns out while it works on the sector holding `address`. */
  brownOutAt(operation: "erase" | "program", address: number, occasions?: Occasions): void;
  /** Random wire noise from a seed: on the average one byte in `bytesPerFault` is lost, changed or doubled. */
  soak(seed: number, bytesPerFault: number): void;
  /** No fault is waiting any more. */
  clear(): void;
}

/** What went over the wire, as the faults see it: before they strike. */
export interface FrameCounts {
  readonly requests: number;
  readonly replies: number;
}

export interface FaultHooks {
  /** Pulls the cable after `ms`. */
  unplugAfter(ms: number): void;
}

export interface Faults {
  readonly plan: FaultPlan;
  readonly controls: FaultControls;
  readonly counts: FrameCounts;
}

/** Bytes of a sector: what fails is a sector, whatever address in it was named. */
const SECTOR = 0x1000;
/** First payload byte of requests and replies (fact sheet 3.2). */
const REQUEST = 0x00;
const REPLY = 0x01;
/** The opcode stands after delimiter and direction. No opcode gives a delimiter or escape when XORed with this. */
const OPCODE_BYTE = 2;
const OPCODE_MASK = 0x20;

/** Mulberry32 by Tommy Ettinger (public domain): small, seeded, good enough to shake a wire. Gives [0, 1). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

function noiseFrom(seed: number, bytesPerFault: number): NoiseSource {
  const random = seededRandom(seed);
  return () => {
    const distance = Math.floor(-Math.log(1 - random()) * bytesPerFault);
    const kind = random();
    if (kind < 1 / 3) return { distance, fault: { do: "drop", count: 1 } };
    if (kind < 2 / 3) return { distance, fault: { do: "duplicate", count: 1 } };
    return { distance, fault: { do: "corrupt", mask: 1 << Math.floor(random() * 8) } };
  };
}

/** No fault at all: for a machine that is tried without a board. */
export const NO_FAULTS: FaultPlan = {
  ignoresCommand: () => false,
  failsSector: () => false,
  failsNandBlock: () => false,
  brownsOutAt: () => false,
  efuses: NO_EFUSE_FAULTS,
  fromHost: (bytes) => ({ pieces: [{ bytes, delayMs: 0 }], unplugged: false }),
  fromChip: (bytes) => ({ pieces: [{ bytes, delayMs: 0 }], unplugged: false }),
};

/** The faults of one chip: `controls` for the test, `plan` for machine and board. */
export function createFaults(hooks: FaultHooks): Faults {
  const counts = { requests: 0, replies: 0 };
  const asked = new Set<number>();
  const host = new FaultyStream((frame) => {
    if (frame.direction !== REQUEST) return;
    asked.add(frame.opcode);
    counts.requests++;
  });
  const chip = new FaultyStream((frame) => {
    // Frames of raw data (flash reads) are no replies, whatever their first byte is.
    if (frame.direction === REPLY && asked.has(frame.opcode)) counts.replies++;
  });
  const ignored = new RuleList();
  const failing = new RuleList();
  const failingNand = new RuleList();
  const brownOuts = new RuleList();
  const efuses = createEfuseFaults();
  const plan: FaultPlan = {
    ignoresCommand: (opcode) => ignored.strikes(opcode, ""),
    failsSector: (address, operation) => failing.strikes(address, operation),
    failsNandBlock: (block, operation) => failingNand.strikes(block, operation),
    brownsOutAt: (operation, address) => brownOuts.strikes(address, operation),
    efuses: efuses.plan,
    fromHost: (bytes) => host.pass(bytes),
    fromChip: (bytes) => chip.pass(bytes),
  };
  const sector = (address: number, operation: string): Rule["matches"] => {
    const start = address - (address % SECTOR);
    return (value, what) => what === operation && value >= start && value < start + SECTOR;
  };
  const controls: FaultControls = {
    ...wireControls(host, chip),
    ...efuses.controls,
    unplugAfter: (ms) => hooks.unplugAfter(ms),
    ignoreCommand: (opcode, occasions = {}) => ignored.add((value) => value === opcode, occasions),
    failSector: (address, operation, occasions = {}) =>
      failing.add(sector(address, operation), { times: Number.POSITIVE_INFINITY, ...occasions }),
    failNandBlock: (block, operation, occasions = {}) =>
      failingNand.add((value, what) => value === block && what === operation, {
        times: Number.POSITIVE_INFINITY,
        ...occasions,
      }),
    brownOutAt: (operation, address, occasions = {}) => brownOuts.add(sector(address, operation), occasions),
    clear() {
      for (const part of [host, chip, ignored, failing, failingNand, brownOuts, efuses]) part.clear();
    },
  };
  return { plan, controls, counts };
}

type WireControls = Omit<
  FaultControls,
  "unplugAfter" | "ignoreCommand" | "failSector" | "failNandBlock" | "brownOutAt" | "clear" | keyof EfuseFaultControls
>;

function wireControls(host: FaultyStream, chip: FaultyStream): WireControls {
  const wrongOpcode = { byte: OPCODE_BYTE, fault: { do: "corrupt", mask: OPCODE_MASK } } as const;
  return {
    corruptNextReply: (choice) => chip.inFrame(wrongOpcode, REPLY, choice),
    dropNextReply: (choice) => chip.inFrame("lose", REPLY, choice),
    dropReplyByte: (byte, choice) => chip.inFrame({ byte, fault: { do: "drop", count: 1 } }, REPLY, choice),
    delayNextReply: (ms, choice) => chip.inFrame({ byte: 0, fault: { do: "delay", ms } }, REPLY, choice),
    splitNextReply: (byte, ms, choice) => chip.inFrame({ byte, fault: { do: "delay", ms } }, REPLY, choice),
    corruptNextRequest: (choice) => host.inFrame(wrongOpcode, REQUEST, choice),
    dropNextRequest: (choice) => host.inFrame("lose", REQUEST, choice),
    corruptFrameByte: (byte, mask, choice) => chip.inFrame({ byte, fault: { do: "corrupt", mask } }, null, choice),
    atHostByte: (offset, fault) => host.at(offset, fault),
    atChipByte: (offset, fault) => chip.at(offset, fault),
    unplugAfterHostBytes: (count) => host.at(count - 1, { do: "unplug" }),
    unplugAfterChipBytes: (count) => chip.at(count - 1, { do: "unplug" }),
    soak(seed, bytesPerFault) {
      host.noise(noiseFrom(seed, bytesPerFault));
      chip.noise(noiseFrom(seed ^ 0x5eed, bytesPerFault));
    },
  };
}
