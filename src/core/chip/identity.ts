import type { ChipIdentity, ChipMac, RegisterWords } from "./types.ts";

interface IdentityParts {
  /** Of the package, e.g. `ESP32-C3 (QFN32)`. */
  readonly packageName: string;
  readonly majorRevision: number;
  readonly minorRevision: number;
  readonly packageVersion: number;
  readonly features: readonly string[];
}

/** Completes an identity with its revision number and its printed description (fact sheet 4.7). */
export function chipIdentity(parts: IdentityParts): ChipIdentity {
  const { packageName, majorRevision, minorRevision, packageVersion, features } = parts;
  return {
    revision: majorRevision * 100 + minorRevision,
    majorRevision,
    minorRevision,
    packageVersion,
    description: `${packageName} (revision v${majorRevision}.${minorRevision})`,
    features,
  };
}

/** Memory inside the package, as the feature list names it; nothing for code 0, which means "none". */
export function embeddedMemory(
  kind: "Flash" | "PSRAM",
  code: number,
  sizes: Readonly<Record<number, string>>,
  vendor?: string,
): readonly string[] {
  if (code === 0) return [];
  const size = sizes[code];
  const text = size === undefined ? `Unknown Embedded ${kind}` : `Embedded ${kind} ${size}`;
  return [vendor === undefined ? text : `${text} (${vendor})`];
}

/** The six bytes of a factory MAC: stored last byte first, the low four bytes in the first word. */
export function factoryMac(lowWord: number, highWord: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(highWord >>> 8, highWord, lowWord >>> 24, lowWord >>> 16, lowWord >>> 8, lowWord);
}

/** MAC hook of chips whose MAC is all they have: `register` and the next one. */
export function macAt(register: number): (word: RegisterWords) => ChipMac {
  return (word) => ({ base: factoryMac(word(register), word(register + 4)), extension: null });
}

/** MAC hook of the 802.15.4 chips: MAC_EXT stands above the MAC in the second word (fact sheet 4.3). */
export function macWithExtensionAt(register: number): (word: RegisterWords) => ChipMac {
  return (word) => {
    const highWord = word(register + 4);
    return {
      base: factoryMac(word(register), highWord),
      extension: Uint8Array.of(highWord >>> 24, highWord >>> 16),
    };
  };
}
