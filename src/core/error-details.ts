import type { Remedy } from "./remedy.ts";

/**
 * What the details of an error hold, by its code, for the codes where that is certain; more may stand beside it. All of it
 * is plain data. Other codes have details as it suits.
 */
export interface ErrorDetails {
  "argument.unknown-chip": { readonly given: string };
  "port.ambiguous": { readonly candidates: readonly { readonly path: string }[] };
  "improv.timeout": { readonly command: string; readonly timeoutMs: number };
  "improv.refused": { readonly command: string; readonly reason: string; readonly value: number };
  "link.timeout": { readonly command: string };
  "link.status": { readonly command: string; readonly status: number };
  "link.unsupported-command": { readonly command: string };
  "connect.silence": { readonly diagnosis: ConnectDiagnosis };
  "connect.garbage": { readonly diagnosis: ConnectDiagnosis };
  "connect.wrong-boot-mode": { readonly diagnosis: ConnectDiagnosis };
  "connect.no-reply-in-download-mode": { readonly diagnosis: ConnectDiagnosis };
  "connect.echo": { readonly diagnosis: ConnectDiagnosis };
  "connect.port-lost": { readonly diagnosis: ConnectDiagnosis };
  "connect.wrong-chip": { readonly expected: string | null; readonly found: string | null };
  "flash.does-not-fit": {
    readonly file: string;
    readonly address: number;
    readonly sizeBytes: number;
    readonly limitBytes: number;
  };
  "flash.security-active": { readonly flashEncryption: boolean; readonly secureBoot: boolean };
  "flash.encrypt-not-ready": { readonly problems: readonly string[] };
  /** Flash that does not hold what was written. */
  "flash.write-empty": {
    readonly file: string;
    readonly address: number;
    readonly sizeBytes: number;
    readonly expectedMd5: string;
    readonly flashMd5: string;
    readonly firstBadAddress: number;
  };
  "flash.unsupported-frequency": { readonly frequency: string; readonly supported: readonly string[] };
  "nand.unrecognized": { readonly manufacturer: number; readonly device: number; readonly status: number };
  "efuse.unknown-name": {
    readonly kind: string;
    readonly name: string;
    readonly allowed: readonly string[];
    /** The known name that looks most like it. */
    readonly near?: string | undefined;
  };
}

/** Why no chip answered: evidence first, then what follows from it. Stands in the details of the error, too. */
export interface ConnectDiagnosis {
  /** What can be wrong when no chip answers. */
  readonly code:
    | "connect.silence"
    | "connect.garbage"
    | "connect.wrong-boot-mode"
    | "connect.no-reply-in-download-mode"
    | "connect.echo"
    | "connect.port-lost"
    | "port.busy";
  readonly port: string;
  /** What was received or noticed, one observation an entry: `boot:0x13 (SPI_FAST_FLASH_BOOT) after the reset`. */
  readonly heard: readonly string[];
  /** Resets and syncs done: `tight reset 50 ms x 2`. */
  readonly tried: readonly string[];
  /** What the evidence means. */
  readonly likely: string;
  /** What to do next, the most promising first. */
  readonly advice: readonly string[];
  /** The same for programs, as far as a program can do it. */
  readonly remedies: readonly Remedy[];
}
