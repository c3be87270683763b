// Room: what devices say when their program crashes, read and explained.
// In: lines of a console, core dumps, and the debug information of programs.
// Out: crashes as data: what happened, where, how the program came there, and how sure that is.

/** Whose panic handler has spoken. */
export type CrashSystem = "esp-idf" | "esp8266" | "zephyr" | "nuttx" | "rust";

/** What kind of failure it is, as far as the text tells. */
export type CrashReason =
  | "exception"
  | "abort"
  | "assert"
  | "error-check"
  | "stack-smashing"
  | "stack-overflow"
  | "heap-corruption"
  | "undefined-behavior"
  | "interrupt-watchdog"
  | "task-watchdog"
  | "watchdog"
  | "cache-error"
  | "brownout"
  | "panic"
  /** Registers or a backtrace without a word on why. */
  | "unknown";

/** A place in the source that the device itself names. */
export interface CrashSource {
  readonly file: string | null;
  readonly line: number | null;
  readonly functionName: string | null;
  /** Of an assertion or a check. */
  readonly expression: string | null;
}

/** One entry of a backtrace that the device has made. */
export interface BacktraceEntry {
  readonly pc: number;
  readonly sp: number | null;
}

/** One row of stack memory: its words stand at `address` and behind it. */
export interface StackRow {
  readonly address: number;
  readonly words: readonly number[];
}

/** What is known of one core, or of one task that runs on it. */
export interface CoreState {
  /** Null where the text does not say. */
  readonly core: number | null;
  /** By the names that the device prints, in capitals: PC, A0, MEPC, RA. */
  readonly registers: Readonly<Record<string, number>>;
  readonly backtrace: readonly BacktraceEntry[];
  /** What the device says at the end of its backtrace, where it could not go on. */
  readonly backtraceEnd: "corrupted" | "continues" | "aborted" | null;
  readonly stack: readonly StackRow[];
}

/** An address that stands alone in the text: who called abort, the program counter of an interrupted level. */
export interface NamedAddress {
  /** As the text calls it: `abort PC`, `EPC1`. */
  readonly name: string;
  readonly address: number;
}

/** What a device printed of one crash; nothing is decoded yet. */
export interface CrashDump {
  readonly system: CrashSystem;
  readonly machine: "riscv" | "xtensa" | null;
  readonly reason: CrashReason;
  /** Of a task watchdog the program may go on. */
  readonly isFatal: boolean;
  /** The device's own words for the reason. */
  readonly reasonText: string | null;
  /** Further words of the device. */
  readonly details: readonly string[];
  /** The core that failed. */
  readonly core: number | null;
  /** EXCCAUSE of Xtensa, MCAUSE of RISC-V. */
  readonly cause: number | null;
  /** What the failing access was for: EXCVADDR, MTVAL. */
  readonly faultAddress: number | null;
  readonly task: string | null;
  readonly source: CrashSource | null;
  /** Of a task watchdog: who did not report. */
  readonly lateTasks: readonly string[];
  readonly cores: readonly CoreState[];
  readonly addresses: readonly NamedAddress[];
  /** The beginning of the SHA-256 of the program's ELF file, in hexadecimal digits; null where it is not printed. */
  readonly elfSha256: string | null;
  /** Whether the device had finished before it restarted or the text ended. */
  readonly isComplete: boolean;
}
