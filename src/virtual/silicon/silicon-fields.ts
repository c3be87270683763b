import type { ChipDescriptor, ChipId } from "../../core/chip/types.ts";
import { crc8 } from "./crc8.ts";

/**
 * Where revision and package stand (fact sheet 4.7), written down apart from the chip descriptors' `identify` so that
 * the two check each other. A value is spread over pieces, lowest bits first; a piece with `register` is no eFuse.
 */
interface Piece {
  readonly word: number;
  readonly shift: number;
  readonly width: number;
  readonly register?: true | undefined;
}
type Scattered = readonly Piece[];

const at = (word: number, shift: number, width: number): Piece => ({ word, shift, width });

/** First eFuse words: of BLOCK1, of BLOCK2 for the C2, of BLOCK0 for the ESP32 (fact sheet 4.2). */
const ESP32 = 0x3ff5a000;
const S2 = 0x3f41a044;
const S3 = 0x60007044;
const C3 = 0x60008844;
const C2 = 0x60008840;
const C6 = 0x600b0844;
const C5 = 0x600b4844;
const H2 = 0x600b0844;
const H21 = 0x600b4044;
const P4 = 0x5012d044;
const H4 = 0x600b1844;
const S31 = 0x20715050;
const w = (base: number, index: number): number => base + 4 * index;

export const REVISION_FIELDS: Partial<Record<ChipId, { readonly major: Scattered; readonly minor: Scattered }>> = {
  esp32: {
    major: [at(w(ESP32, 3), 15, 1), at(w(ESP32, 5), 20, 1), { ...at(0x3ff6607c, 31, 1), register: true }],
    minor: [at(w(ESP32, 5), 24, 2)],
  },
  esp32s2: { major: [at(w(S2, 3), 18, 2)], minor: [at(w(S2, 4), 4, 3), at(w(S2, 3), 20, 1)] },
  esp32s3: { major: [at(w(S3, 5), 24, 2)], minor: [at(w(S3, 3), 18, 3), at(w(S3, 5), 23, 1)] },
  esp32c3: { major: [at(w(C3, 5), 24, 2)], minor: [at(w(C3, 3), 18, 3), at(w(C3, 5), 23, 1)] },
  esp32c2: { major: [at(w(C2, 1), 20, 2)], minor: [at(w(C2, 1), 16, 4)] },
  esp32c6: { major: [at(w(C6, 3), 22, 2)], minor: [at(w(C6, 3), 18, 4)] },
  esp32c61: { major: [at(w(C5, 2), 4, 2)], minor: [at(w(C5, 2), 0, 4)] },
  esp32c5: { major: [at(w(C5, 2), 4, 2)], minor: [at(w(C5, 2), 0, 4)] },
  esp32h2: { major: [at(w(H2, 3), 21, 2)], minor: [at(w(H2, 3), 18, 3)] },
  esp32h21: { major: [at(w(H21, 5), 8, 2)], minor: [at(w(H21, 5), 4, 4)] },
  esp32h4: { major: [at(w(H4, 3), 22, 2)], minor: [at(w(H4, 3), 18, 4)] },
  esp32p4: { major: [at(w(P4, 2), 4, 2), at(w(P4, 2), 23, 1)], minor: [at(w(P4, 2), 0, 4)] },
  esp32s31: { major: [at(w(S31, 3), 22, 2)], minor: [at(w(S31, 3), 18, 4)] },
};

/** Absent: ESP8266, ESP32-S2 (its name comes from its memories), ESP32-E22. */
export const PACKAGE_FIELDS: Partial<Record<ChipId, Scattered>> = {
  esp32: [at(w(ESP32, 3), 9, 3), at(w(ESP32, 3), 2, 1)],
  esp32s3: [at(w(S3, 3), 21, 3)],
  esp32c3: [at(w(C3, 3), 21, 3)],
  esp32c2: [at(w(C2, 1), 22, 3)],
  esp32c6: [at(w(C6, 3), 24, 3)],
  esp32c61: [at(w(C5, 2), 26, 3)],
  esp32c5: [at(w(C5, 2), 26, 3)],
  esp32h2: [at(w(H2, 4), 0, 3)],
  esp32h21: [at(w(H21, 5), 11, 3)],
  esp32h4: [at(w(H4, 4), 12, 3)],
  esp32p4: [at(w(P4, 2), 20, 3)],
  esp32s31: [at(w(S31, 4), 6, 2)],
};

/** Puts a value into its pieces. False when it does not fit. */
export function putScattered(
  pieces: Scattered,
  value: number,
  efuses: Map<number, number>,
  registers: Map<number, number>,
): boolean {
  let rest = value;
  if (!Number.isInteger(rest) || rest < 0) return false;
  for (const { word, shift, width, register } of pieces) {
    const words = register === true ? registers : efuses;
    const mask = 2 ** width - 1;
    const old = words.get(word) ?? 0;
    words.set(word, ((old & ~(mask << shift)) | ((rest & mask) << shift)) >>> 0);
    rest >>>= width;
  }
  return rest === 0;
}

/** The eFuse words that carry a MAC (fact sheet 4.3). */
export function macWords(chip: ChipDescriptor, mac: Uint8Array): readonly (readonly [number, number])[] {
  const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0] = mac;
  const high = (m0 << 8) | m1;
  const low = ((m2 << 24) | (m3 << 16) | (m4 << 8) | m5) >>> 0;
  if (chip.id === "esp8266") {
    // The vendor prefix in the fourth word, the device number in the first two.
    return [
      [0x3ff00050, (m5 << 24) >>> 0],
      [0x3ff00054, (m3 << 8) | m4],
      [0x3ff0005c, (m0 << 16) | (m1 << 8) | m2],
    ];
  }
  if (chip.id === "esp32") {
    return [
      [w(ESP32, 1), low],
      [w(ESP32, 2), ((crc8(mac) << 16) | high) >>> 0],
    ];
  }
  const first = chip.id === "esp32c2" ? C2 : (chip.efuseBlock1 ?? 0);
  // 802.15.4 chips keep the middle of their EUI-64, FF FE, above the MAC.
  const extension = EUI64_CHIPS.includes(chip.id) ? 0xfffe0000 : 0;
  return [
    [first, low],
    [first + 4, (extension | high) >>> 0],
  ];
}

const EUI64_CHIPS: readonly ChipId[] = ["esp32c6", "esp32c5", "esp32h2", "esp32h21", "esp32h4"];
