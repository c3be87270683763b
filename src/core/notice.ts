import type { CodesOf } from "./errors.ts";
import type { ImageNoticeCode } from "./image/notice.ts";
import type { NvsProblemCode } from "./nvs/nvs-values.ts";
import type { SecureNoticeCode } from "./secure/notice.ts";

/** Something a person should see, short of an error. */
export interface Notice<Code extends string = NoticeCode> {
  /** Stable, for programs. */
  readonly code: Code;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The codes of all notes and warnings of the library. What a host adds has codes of its own. */
export type NoticeCode =
  | ImageNoticeCode
  | SecureNoticeCode
  | NvsProblemCode
  | "listener.failed"
  // Connecting.
  | "connect.no-lines"
  | "connect.no-reset"
  | "connect.slower"
  | "connect.socket"
  | "stub.secure-download"
  | "stub.none"
  | "stub.disabled"
  | "stub.secure-boot"
  | "baud.fixed"
  | "baud.rom"
  | "baud.fallback"
  | "baud.lowered"
  | "baud.returned"
  | "baud.remembered-fails"
  | "baud.no-search"
  | "chip.vddsdio-set"
  // Leaving.
  | "reset.failed"
  | "reset.plain"
  | "reset.no-lines"
  | "reset.soft-unsupported"
  | "reset.watchdog-locked"
  | "reset.watchdog-unsupported"
  | "stub.cannot-run"
  // Flash.
  | "flash.no-answer"
  | "flash.unknown-size"
  | "flash.beyond-16mib"
  | "flash.size-unknown"
  | "flash.size-exceeds-detected"
  | "flash.usb-pins"
  | "flash.xmc"
  | "flash.xmc-check-failed"
  | "flash.xmc-fixed"
  | "flash.xmc-not-fixed"
  | "flash.soft-reset-failed"
  | "flash.header-kept"
  | "flash.erases-before"
  | "flash.fills-before"
  | "flash.crypt-config"
  | "flash.no-encryption-key"
  | "write.sent-again"
  | "write.incompressible"
  | "write.no-shortcut"
  | "write.changes-not-enough"
  | "write.not-in-flash"
  | "write.repairing"
  | "write.connection-lost"
  | "file.empty"
  // NAND flash.
  | "nand.experimental"
  | "nand.protected"
  // What guards say of files that are to be written, or loaded.
  | "image.wrong-check"
  | "image.digest-wrong"
  | "image.near-stub"
  | "image.not-firmware"
  | "image.truncated"
  | "image.invalid"
  // eFuses. What was refused, and then forced, has the code of the refusal.
  | CodesOf<"efuse.*">
  | "efuse.connection-lost"
  | "efuse.not-read-again"
  | "efuse.mixed-data"
  | "efuse.absent-field"
  | "efuse.already-burned"
  | "efuse.already-planned"
  | "efuse.plain-block-name"
  | "efuse.already-write-protected"
  | "efuse.already-read-protected"
  | "efuse.write-protects"
  | "efuse.read-protects"
  | "efuse.key-reversed"
  | "efuse.key-purpose"
  | "efuse.flash-voltage"
  | "efuse.irreversible"
  | "efuse.no-digest"
  | "efuse.no-encryption-key"
  | "efuse.hides-needed"
  | "efuse.block-damaged"
  | "efuse.block-used-up"
  | "efuse.recodes-data"
  | "efuse.repeat-scheme"
  | "efuse.custom-field-shared";
