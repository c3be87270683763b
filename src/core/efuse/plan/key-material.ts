import { concatBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import type { KeyPurpose } from "../table/types.ts";
import { curvesFor } from "../value/key-purposes.ts";
import type { KeyMaterial } from "../value/request.ts";
import { refuseUnlessForced, type Work } from "./draft.ts";

const SCALAR_BYTES: Readonly<Record<"p192" | "p256" | "p384", number>> = { p192: 24, p256: 32, p384: 48 };
const BLOCK_BYTES = 32;

/**
 * The bytes that a key has in eFuses, in the order of its file: private numbers are filled up with zeros in front to 32
 * bytes, or 64 (fact sheet efuse-secure A13). Throws `efuse.bad-value` for a key of another kind, `efuse.wrong-curve`
 * and `efuse.bad-size`.
 */
export function keyBytes(work: Work, purpose: KeyPurpose, key: KeyMaterial): Uint8Array<ArrayBuffer> {
  const curves = curvesFor(work.draft.basis.table, purpose);
  if (key.kind === "raw") {
    if (curves !== null) throw wrongKind(purpose, "an ECDSA private key", "a key file in PEM form");
    return key.bytes;
  }
  if (curves === null) throw wrongKind(purpose, "raw key data", "a binary file");
  if (key.scalar.length !== SCALAR_BYTES[key.curve]) throw badKeySize(key.scalar.length, SCALAR_BYTES[key.curve]);
  const sizeBytes = purpose.code < 0 ? 2 * BLOCK_BYTES : BLOCK_BYTES;
  if (!curves.includes(key.curve)) {
    const error = wrongCurve(purpose, key.curve, curves);
    if (key.scalar.length > sizeBytes || purpose.code < 0) throw error;
    refuseUnlessForced(work, error);
  }
  return concatBytes([new Uint8Array(sizeBytes - key.scalar.length), key.scalar]);
}

function wrongKind(purpose: KeyPurpose, wanted: string, form: string): EspError {
  return new EspError("efuse.bad-value", `The purpose ${purpose.name} needs ${wanted}.`, {
    hint: `Give ${form}.`,
    details: { purpose: purpose.name },
  });
}

function wrongCurve(purpose: KeyPurpose, curve: string, allowed: readonly string[]): EspError<"efuse.wrong-curve"> {
  const names = allowed.map((name) => `P-${name.slice(1)}`);
  return new EspError(
    "efuse.wrong-curve",
    `The purpose ${purpose.name} needs a key on ${names.join(" or ")}, and this one is on P-${curve.slice(1)}.`,
    { hint: "Take a purpose that fits the curve of the key.", details: { purpose: purpose.name, curve, allowed } },
  );
}

/** `Incorrect key file size` is what scripts look for. */
export function badKeySize(sizeBytes: number, allowedBytes: number): EspError {
  return new EspError(
    "efuse.bad-size",
    `Incorrect key file size ${sizeBytes}. Key file must be ${allowedBytes} bytes (${allowedBytes * 8} bits) of raw binary key data.`,
    { details: { sizeBytes, allowedBytes } },
  );
}
