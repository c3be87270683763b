import { fromBase64, toBase64 } from "../../core/bytes/base64.ts";
import { toHex } from "../../core/bytes/hex.ts";
import { sha256 } from "../../core/bytes/sha256.ts";
import type { ChipId } from "../../core/chip/types.ts";
import { EspError } from "../../core/errors.ts";
import { host } from "../../core/host.ts";
import type { NandSnapshot } from "../flash/nand-flash.ts";
import type { FlashSnapshot } from "../flash/nor-flash.ts";

/** What a virtual chip keeps while no program runs. */
export interface ChipState {
  readonly chip: ChipId;
  readonly flash: FlashSnapshot;
  /** Absent for a chip without NAND flash. */
  readonly nand?: NandSnapshot | undefined;
  /** Register address and word. */
  readonly efuses: readonly (readonly [number, number])[];
}

const FORMAT = "esptool-ts virtual chip";
const VERSION = 1;

/** As stored: JSON, so that a person can look at it; flash as base64 pieces, trailing FF left out. */
interface StoredState {
  readonly chip: string;
  readonly flash: {
    readonly sizeBytes: number;
    readonly status: readonly number[];
    readonly pieces: readonly { readonly address: number; readonly base64: string }[];
  };
  readonly nand?: {
    readonly badBlocks: readonly number[];
    readonly pages: readonly { readonly page: number; readonly base64: string }[];
  };
  readonly efuses: readonly (readonly [number, number])[];
}

/** The state as a file: with a version, and a digest over everything that matters. */
export function encodeState(state: ChipState): Uint8Array {
  const { chip, flash, nand, efuses } = state;
  const stored: StoredState = {
    chip,
    flash: {
      sizeBytes: flash.sizeBytes,
      status: flash.status,
      pieces: flash.pieces.map(({ address, bytes }) => ({ address, base64: toBase64(withoutTrailingFf(bytes)) })),
    },
    ...(nand !== undefined && {
      nand: {
        badBlocks: nand.badBlocks,
        pages: nand.pages.map(({ page, bytes }) => ({ page, base64: toBase64(withoutTrailingFf(bytes)) })),
      },
    }),
    efuses,
  };
  const text = JSON.stringify(stored);
  const encoder = new host.TextEncoder();
  const digest = toHex(sha256(encoder.encode(text)));
  return encoder.encode(`{"format":"${FORMAT}","version":${VERSION},"sha256":"${digest}","state":${text}}\n`);
}

/** The reverse. Throws `virtual.state-file` for anything but an undamaged file of a known version. */
export function decodeState(bytes: Uint8Array, path: string): ChipState {
  const document = parseDocument(bytes, path);
  if (document["format"] !== FORMAT) throw stateError(path, "is not the state of a virtual chip");
  if (document["version"] !== VERSION) throw stateError(path, "was written by another version of this tool");
  // The digest covers the state as JSON writes it, which parsing and writing again gives back.
  const digest = toHex(sha256(new host.TextEncoder().encode(JSON.stringify(document["state"]))));
  if (document["sha256"] !== digest) throw stateError(path, "is damaged");
  const stored = document["state"];
  if (!isStoredState(stored)) throw stateError(path, "is damaged");
  const [status1 = 0, status2 = 0, status3 = 0] = stored.flash.status;
  return {
    chip: stored.chip as ChipId,
    flash: {
      sizeBytes: stored.flash.sizeBytes,
      status: [status1, status2, status3],
      pieces: stored.flash.pieces.map(({ address, base64 }) => ({ address, bytes: bytesOf(base64, path) })),
    },
    ...(stored.nand !== undefined && {
      nand: {
        badBlocks: stored.nand.badBlocks,
        pages: stored.nand.pages.map(({ page, base64 }) => ({ page, bytes: bytesOf(base64, path) })),
      },
    }),
    efuses: stored.efuses,
  };
}

/** The error for a state file that cannot be used as it is. */
export function stateError(path: string, problem: string): EspError {
  return new EspError("virtual.state-file", `The file '${path}' ${problem}.`, {
    hint: "Delete it to begin with a blank chip, or name another file.",
    details: { path },
  });
}

function parseDocument(bytes: Uint8Array, path: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(new host.TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(parsed)) return parsed;
  } catch (cause) {
    throw new EspError("virtual.state-file", `The file '${path}' is damaged or no state of a virtual chip.`, {
      hint: "Delete it to begin with a blank chip, or name another file.",
      details: { path },
      cause,
    });
  }
  throw stateError(path, "is not the state of a virtual chip");
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isWord(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

function isStoredState(value: unknown): value is StoredState {
  if (!isRecord(value) || !isRecord(value["flash"])) return false;
  const { sizeBytes, status, pieces } = value["flash"];
  const { chip, efuses, nand } = value;
  return (
    typeof chip === "string" &&
    isWord(sizeBytes) &&
    Array.isArray(status) &&
    status.length === 3 &&
    status.every(isWord) &&
    Array.isArray(pieces) &&
    pieces.every((piece) => isRecord(piece) && isWord(piece["address"]) && typeof piece["base64"] === "string") &&
    (nand === undefined || isStoredNand(nand)) &&
    Array.isArray(efuses) &&
    efuses.every((entry) => Array.isArray(entry) && entry.length === 2 && entry.every(isWord))
  );
}

function isStoredNand(nand: unknown): boolean {
  if (!isRecord(nand)) return false;
  const { badBlocks, pages } = nand;
  return (
    Array.isArray(badBlocks) &&
    badBlocks.every(isWord) &&
    Array.isArray(pages) &&
    pages.every((entry) => isRecord(entry) && isWord(entry["page"]) && typeof entry["base64"] === "string")
  );
}

function withoutTrailingFf(bytes: Uint8Array): Uint8Array {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0xff) length--;
  return bytes.subarray(0, length);
}

function bytesOf(base64: string, path: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64(base64);
  } catch (cause) {
    throw new EspError("virtual.state-file", `The file '${path}' is damaged.`, {
      hint: "Delete it to start with a new chip.",
      details: { path },
      cause,
    });
  }
}
