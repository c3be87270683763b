import type { ChipId } from "./chip/types.ts";
import type { ConnectDiagnosis } from "./error-details.ts";
import type { ErrorCode } from "./errors.ts";
import type { Notice } from "./notice.ts";

export type { Notice, NoticeCode } from "./notice.ts";

/**
 * What the core tells while it works. It never prints: a CLI, a page or a log renders these. Every event carries the
 * name of its session, so that many sessions can share one listener.
 */
export type EspEvent = { readonly session: string } & EventBody;

export type EventBody =
  | ({ readonly type: "note" } & Notice)
  | ({ readonly type: "warning" } & Notice)
  /** Connecting. */
  | { readonly type: "connect.started"; readonly port: string }
  | { readonly type: "connect.reset"; readonly attempt: number; readonly sequence: string }
  | { readonly type: "connect.sync-failed"; readonly attempt: number }
  | { readonly type: "connect.failed"; readonly diagnosis: ConnectDiagnosis }
  /** The port could not be opened or no chip answered; it is tried again. `code` and `message` are the error's. */
  | { readonly type: "connect.retrying"; readonly attempt: number; readonly code: ErrorCode; readonly message: string }
  /** The port is gone. Work that survives that goes on after `session.restored`; other work ends with an error. */
  | { readonly type: "session.lost"; readonly code: ErrorCode; readonly message: string }
  /** The same chip is back, with the same loader at the same baud rate. */
  | { readonly type: "session.restored" }
  /** `autoDetected`: the caller did not name the chip. */
  | { readonly type: "connect.chip"; readonly chip: ChipId; readonly name: string; readonly autoDetected: boolean }
  | ({ readonly type: "connect.identity" } & IdentityEvent)
  /** Stub. */
  | { readonly type: "stub.already-running" }
  | {
      readonly type: "stub.uploading";
      readonly name: string;
      readonly sizeBytes: number;
      /** What is added to it. */
      readonly plugins?: readonly { readonly name: string; readonly sizeBytes: number }[];
    }
  | { readonly type: "stub.starting" }
  | { readonly type: "stub.running" }
  /**
   * A rate was tried while the best one was looked for; `works`: as far as short messages or a full block show;
   * `remembered`: because it worked in an earlier session.
   */
  | { readonly type: "baud.tried"; readonly baudRate: number; readonly works: boolean; readonly remembered: boolean }
  | { readonly type: "baud.changing"; readonly baudRate: number }
  | { readonly type: "baud.changed"; readonly baudRate: number }
  /** Flash. */
  | { readonly type: "flash.attaching"; readonly pins: string }
  | { readonly type: "flash.configuring" }
  | { readonly type: "flash.size-detected"; readonly sizeBytes: number; readonly name: string }
  | {
      readonly type: "flash.parameters-patched";
      readonly file: string;
      readonly mode: number;
      readonly sizeFrequency: number;
    }
  | { readonly type: "flash.digest-updated"; readonly file: string }
  /** One file of a write begins; `index` counts from 0. */
  | {
      readonly type: "write.file";
      readonly file: string;
      readonly address: number;
      readonly sizeBytes: number;
      readonly index: number;
      readonly count: number;
    }
  /** What will be erased: `end` is the last address. */
  | { readonly type: "write.erases"; readonly start: number; readonly end: number }
  | { readonly type: "write.compressed"; readonly sizeBytes: number; readonly compressedBytes: number }
  /** ROM loaders erase in one go before the first block. `estimatedMs`: how long slow flash takes at most. */
  | { readonly type: "write.erasing"; readonly estimatedMs: number }
  | { readonly type: "write.erased"; readonly elapsedMs: number }
  /** Only what differs from the previous contents is written: so many pieces, each announced by `write.region`. */
  | { readonly type: "write.changes"; readonly file: string; readonly regions: number }
  | { readonly type: "write.region"; readonly file: string; readonly address: number; readonly sizeBytes: number }
  /** Nothing differs from the previous contents, and flash holds them: proved by a digest, or as the caller vouches. */
  | {
      readonly type: "write.unchanged";
      readonly file: string;
      readonly address: number;
      readonly proof: "md5" | "trusted";
    }
  /** All of the file is in flash already. */
  | { readonly type: "write.skipped"; readonly file: string; readonly address: number; readonly sizeBytes: number }
  /**
   * The chip was asked what it holds of a file, `questions` times: so many bytes of it are there, in `regions` places
   * something else is. Not the whole of what differs need be known: what would take longer to ask than to write is not
   * asked.
   */
  | {
      readonly type: "write.compared";
      readonly file: string;
      readonly address: number;
      readonly sizeBytes: number;
      readonly sameBytes: number;
      readonly regions: number;
      readonly questions: number;
      readonly elapsedMs: number;
    }
  /** After a lost block: how much of the file was found to be in flash already. */
  | { readonly type: "write.resumed"; readonly address: number; readonly goodBytes: number; readonly reason: string }
  | {
      readonly type: "write.done";
      readonly file: string;
      readonly address: number;
      readonly sizeBytes: number;
      readonly compressedBytes: number | null;
      readonly elapsedMs: number;
    }
  | { readonly type: "verify.started"; readonly file: string; readonly address: number; readonly sizeBytes: number }
  /**
   * `file` is in flash, as the chip itself computed; for verify-flash and after a write. `read-back`: it was read and
   * compared, where the chip cannot compute.
   */
  | { readonly type: "verify.matched"; readonly file: string; readonly after: "write" | "verify" | "read-back" }
  | { readonly type: "verify.mismatched"; readonly file: string; readonly differences: VerifyDifferences | null }
  | { readonly type: "verify.impossible"; readonly reason: string }
  | {
      readonly type: "erase.started";
      readonly what: "chip" | "region";
      readonly address: number;
      readonly sizeBytes: number | null;
      /** How long slow flash takes at most; most is much faster. Null where that is not known. */
      readonly estimatedMs: number | null;
    }
  | { readonly type: "erase.done"; readonly what: "chip" | "region"; readonly elapsedMs: number }
  /**
   * Trouble in a read: from now on a piece is acknowledged when all of it is there, and no more while it arrives, which
   * costs a pause after each. `reason`: the code of the error.
   */
  | { readonly type: "read.slower"; readonly reason: string }
  /** What was not transferred, because the chip's digests proved it: nothing but FF, or what the caller had already. */
  | {
      readonly type: "read.skipped";
      readonly blankBytes: number;
      readonly knownBytes: number;
      readonly questions: number;
    }
  /** The first of it were read before, and the chip's digests say that flash holds them still. */
  | {
      readonly type: "read.resumed";
      readonly address: number;
      readonly sizeBytes: number;
      readonly doneBytes: number;
    }
  /** What was read before is not used, and the range is read from its start. */
  | { readonly type: "read.restarted"; readonly reason: RestartReason }
  | { readonly type: "read.done"; readonly address: number; readonly sizeBytes: number; readonly elapsedMs: number }
  /** NAND flash. */
  | { readonly type: "nand.attaching"; readonly pins: string }
  | {
      readonly type: "nand.attached";
      readonly name: string;
      readonly manufacturer: number;
      readonly device: number;
      readonly status: number;
    }
  /** A marked block is left out; what would have gone there, or come from there, is in the next good one. */
  | { readonly type: "nand.block-skipped"; readonly address: number }
  /** A block failed and has been marked; `during` is what it failed at. */
  | {
      readonly type: "nand.block-marked";
      readonly address: number;
      readonly during: "program" | "erase" | "verify";
    }
  /** A block of flash does not hold what it should; for verify-flash. */
  | { readonly type: "nand.block-mismatched"; readonly address: number }
  | {
      readonly type: "nand.erased";
      readonly erased: number;
      readonly skipped: number;
      readonly failed: number;
      readonly elapsedMs: number;
    }
  /** eFuses. `postponed`: BLOCK0 a second time, with what locks the chip. */
  | { readonly type: "efuse.burning"; readonly block: number; readonly name: string; readonly postponed: boolean }
  /** Some of it is missing or damaged: it is burned once more, or what is missing of it. */
  | {
      readonly type: "efuse.reburn";
      readonly block: number;
      readonly name: string;
      readonly attempt: number;
      readonly reason: "missing-bits" | "damaged" | "no-answer";
    }
  /** `verdict`: what the look at it showed; `hidden` and what follows: it could not be looked at. */
  | {
      readonly type: "efuse.burned";
      readonly block: number;
      readonly name: string;
      readonly attempts: number;
      readonly verdict: "equal" | "all-bits-set" | "hidden" | "download-disabled" | "secure-download" | "still-damaged";
    }
  /** All is burned; what it changes elsewhere is read. */
  | { readonly type: "efuse.rereading" }
  | ({ readonly type: "progress" } & ProgressEvent)
  /** Leaving. */
  | { readonly type: "reset.done"; readonly how: ResetKind; readonly message: string }
  /** Wire traffic, only when tracing was asked for. */
  | ({ readonly type: "trace" } & TraceRecord);

/** One line of a trace, from the command down to the bytes and up again to the frame. */
export type TraceRecord =
  | {
      readonly what: "command";
      readonly name: string;
      readonly opcode: number;
      readonly data: Uint8Array<ArrayBuffer>;
      /** Somebody waits for the answer, for this long at most. */
      readonly waitsForReply: boolean;
      readonly timeoutMs: number;
    }
  /**
   * `write`, `read`: as on the line. `frame`: the payload between two delimiters, unescaped. `invalid`: what was received
   * and is no frame. `remaining`: the beginning of a frame whose end never came.
   */
  | { readonly what: "write" | "read" | "frame" | "invalid" | "remaining"; readonly bytes: Uint8Array<ArrayBuffer> };

/** One shape for every long operation; all in bytes. */
export interface ProgressEvent {
  readonly phase: "write" | "read" | "verify" | "upload" | "erase";
  /** Of this piece of work: a file, or a part of one that is written by itself. */
  readonly done: number;
  readonly total: number;
  /** Where the work is now. */
  readonly address?: number;
  readonly file?: string;
  /** Counts from 0; work without files is one. */
  readonly fileIndex: number;
  readonly fileCount: number;
  /** Of all files together. What is found to be there already counts as done; what is done anew makes it more. */
  readonly overallDone: number;
  readonly overallTotal: number;
  /** Since this piece of work began, by the clock of the port; null as long as no time has passed. */
  readonly bytesPerSecond: number | null;
}

export type ResetKind = "hard" | "soft" | "watchdog" | "none" | "none-stub";

export interface IdentityEvent {
  readonly port: string;
  readonly chip: ChipId;
  readonly description: string;
  readonly features: readonly string[];
  readonly crystalMhz: number | null;
  readonly usbMode: "USB-Serial/JTAG" | "USB-OTG" | null;
  /** `aa:bb:cc:dd:ee:ff`; EUI-64 for chips that have one. */
  readonly mac: string | null;
  readonly baseMac: string | null;
  readonly macExtension: string | null;
  readonly secureDownload: boolean;
}

export interface VerifyDifferences {
  readonly count: number;
  readonly firstAddress: number;
  readonly lastAddress: number;
  /** Where, from low addresses to high ones; the first few hundred, and none where nobody asked. */
  readonly runs: readonly DifferentRun[];
}

/** Neighbouring rows of 16 bytes, as addresses divide the flash, in each of which some bytes differ. */
export interface DifferentRun {
  readonly address: number;
  readonly sizeBytes: number;
  /** How many of its bytes differ. */
  readonly count: number;
  /** Its beginning, in flash and as the file has it. */
  readonly flash: Uint8Array<ArrayBuffer>;
  readonly file: Uint8Array<ArrayBuffer>;
}

/**
 * What it throws, or what its promise rejects with, disturbs nothing: it is told once a session by a warning with the code
 * `listener.failed`. Who wants to stop the work does so by its signal.
 */
export type EventListener = (event: EspEvent) => void;
/** How a room speaks: the session's name is added on the way. */
export type Emit = (body: EventBody) => void;

/**
 * Why a read does not go on from what was read before: it is of another chip, or of another range; it is not what it was;
 * it cannot be had; flash holds something else by now.
 */
export type RestartReason = "other-chip" | "other-range" | "damaged" | "unreadable" | "changed";
