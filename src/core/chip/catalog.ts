// Room: what is known of each chip, as data, and what follows from it: sizes, regions, loaders' abilities.
// In: a chip's name or the number it answers with.
// Out: its descriptor, complete and flat (`descriptors/` has one file a chip).

import { checkWord, wholeNumber } from "../check/numbers.ts";
import { checkText } from "../check/values.ts";
import { EspError } from "../errors.ts";
import { checkChipId, chipNameKey } from "./chip-index.ts";
import { ESP32 } from "./descriptors/esp32.ts";
import { ESP32C2 } from "./descriptors/esp32c2.ts";
import { ESP32C3 } from "./descriptors/esp32c3.ts";
import { ESP32C5 } from "./descriptors/esp32c5.ts";
import { ESP32C6 } from "./descriptors/esp32c6.ts";
import { ESP32C61 } from "./descriptors/esp32c61.ts";
import { ESP32E22 } from "./descriptors/esp32e22.ts";
import { ESP32H2 } from "./descriptors/esp32h2.ts";
import { ESP32H4 } from "./descriptors/esp32h4.ts";
import { ESP32H21 } from "./descriptors/esp32h21.ts";
import { ESP32P4 } from "./descriptors/esp32p4.ts";
import { ESP32S2 } from "./descriptors/esp32s2.ts";
import { ESP32S3 } from "./descriptors/esp32s3.ts";
import { ESP32S31 } from "./descriptors/esp32s31.ts";
import { ESP8266 } from "./descriptors/esp8266.ts";
import type { ChipDescriptor, ChipId } from "./types.ts";

export { chipNameKey } from "./chip-index.ts";

const BY_ID: Readonly<Record<ChipId, ChipDescriptor>> = {
  esp8266: ESP8266,
  esp32: ESP32,
  esp32s2: ESP32S2,
  esp32s3: ESP32S3,
  esp32c3: ESP32C3,
  esp32c2: ESP32C2,
  esp32c6: ESP32C6,
  esp32c61: ESP32C61,
  esp32c5: ESP32C5,
  esp32e22: ESP32E22,
  esp32h2: ESP32H2,
  esp32h21: ESP32H21,
  esp32p4: ESP32P4,
  esp32h4: ESP32H4,
  esp32s31: ESP32S31,
};

/** All chips, in the order in which help and error texts list them (fact sheet 4.1). */
export const CHIPS: readonly ChipDescriptor[] = Object.values(BY_ID);

/**
 * The chip with this id.
 * @example chipById("esp32c3").bootloaderOffset
 */
export function chipById(id: ChipId): ChipDescriptor {
  return BY_ID[checkChipId(id, "id")];
}

/** The chip a person means: any case, with or without `-` and parentheses (`ESP32-C3`, `esp32c3`). */
export function findChip(text: string): ChipDescriptor | undefined {
  checkText(text, "text");
  const id = chipNameKey(text);
  return CHIPS.find((chip) => chip.id === id);
}

/** Like `findChip`, but throws `argument.unknown-chip` with the choices as its hint. */
export function requireChip(text: string): ChipDescriptor {
  checkText(text, "text");
  const chip = findChip(text);
  if (chip === undefined) {
    throw new EspError("argument.unknown-chip", `There is no chip named '${text}'.`, {
      hint: `Choose from ${CHIPS.map(({ id }) => id).join(", ")}.`,
      details: { given: text },
    });
  }
  return chip;
}

/** The chip with this number in image headers and security info. */
export function chipByImageId(imageChipId: number): ChipDescriptor | undefined {
  checkWord(imageChipId, "imageChipId");
  return CHIPS.find((chip) => chip.imageChipId === imageChipId);
}

/** The chip with this word at its magic register; only ESP8266, ESP32 and ESP32-S2 are told apart by one. */
export function chipByMagic(magicValue: number): ChipDescriptor | undefined {
  wholeNumber(-0x8000_0000, 0xffff_ffff)(magicValue, "magicValue");
  const unsigned = magicValue >>> 0;
  return CHIPS.find((chip) => chip.magicValue === unsigned);
}

/** The reverse of `chipNameKey`, for chips of the catalogue and others: `esp32s3beta2` becomes `ESP32-S3(beta2)`. */
export function expandChipName(key: string): string {
  checkText(key, "key");
  const match = /^esp32(.*?)(beta\d*)?$/.exec(chipNameKey(key));
  if (match === null) return key.toUpperCase();
  const [, series = "", beta] = match;
  const name = series === "" ? "ESP32" : `ESP32-${series.toUpperCase()}`;
  return beta === undefined ? name : `${name}(${beta})`;
}
