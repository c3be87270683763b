import type { Check } from "../check/check.ts";
import { checkText } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import type { ChipDescriptor, ChipId } from "./types.ts";

/** What must be known of every chip to tell which one answers, or for which an image is; the rest is in its descriptor. */
export type ChipEntry = Pick<ChipDescriptor, "id" | "name" | "imageChipId" | "bootloaderOffset" | "magicValue">;

const entry = (
  id: ChipId,
  imageChipId: number | null,
  bootloaderOffset = 0,
  magicValue: number | null = null,
): ChipEntry => ({
  id,
  name: id.toUpperCase().replace(/^ESP32(?=.)/, "ESP32-"),
  imageChipId,
  bootloaderOffset,
  magicValue,
});

/** In the order in which help and error texts list them. `catalog.test.ts` compares each with its descriptor. */
export const CHIP_INDEX: readonly ChipEntry[] = [
  entry("esp8266", null, 0, 0xfff0c101),
  entry("esp32", 0, 0x1000, 0x00f01d83),
  entry("esp32s2", 2, 0x1000, 0x000007c6),
  entry("esp32s3", 9),
  entry("esp32c3", 5),
  entry("esp32c2", 12),
  entry("esp32c6", 13),
  entry("esp32c61", 20),
  entry("esp32c5", 23, 0x2000),
  entry("esp32e22", 31),
  entry("esp32h2", 16),
  entry("esp32h21", 25),
  entry("esp32p4", 18, 0x2000),
  entry("esp32h4", 28, 0x2000),
  entry("esp32s31", 32, 0x2000),
];

const IDS: readonly ChipId[] = CHIP_INDEX.map(({ id }) => id);
const UNKNOWN = { code: "argument.unknown-chip", plural: "chips" } as const;

/** A chip's id, exactly; the names that people type are for `findChip`. */
export const checkChipId: Check<ChipId> = oneOf(IDS, UNKNOWN);

export const checkChipOrAuto: Check<ChipId | "auto"> = oneOf([...IDS, "auto"], UNKNOWN);

/** Image chip ids of chips that were never sold, with their names: an image may still carry one (fact sheet 2.4). */
export const RETIRED_IMAGE_CHIP_IDS: Readonly<Record<number, string>> = {
  4: "ESP32-S3(beta2)",
  6: "ESP32-S3(beta3)",
  7: "ESP32-C6(beta)",
  10: "ESP32-H2(beta1)",
  14: "ESP32-H2(beta2)",
  17: "ESP32-C5(beta3)",
};

export function chipEntry(id: ChipId): ChipEntry {
  return CHIP_INDEX.find((chip) => chip.id === id) as ChipEntry;
}

/** `ESP32-S3(beta2)` becomes `esp32s3beta2`. */
export function chipNameKey(name: string): string {
  checkText(name, "name");
  return name.toLowerCase().replace(/[-()]/g, "");
}

/** The chip a person means: any case, with or without `-` and parentheses (`ESP32-C3`, `esp32c3`). */
export function entryByName(text: string): ChipEntry | undefined {
  const key = chipNameKey(text);
  return CHIP_INDEX.find(({ id }) => id === key);
}

/** By the number in image headers and security info. */
export function entryByImageId(imageChipId: number): ChipEntry | undefined {
  return CHIP_INDEX.find((chip) => chip.imageChipId === imageChipId);
}

/** By the word at the magic register; only ESP8266, ESP32 and ESP32-S2 are told apart by one. */
export function entryByMagic(magicValue: number): ChipEntry | undefined {
  return CHIP_INDEX.find((chip) => chip.magicValue === magicValue >>> 0);
}

/** The two oldest ROMs do not know the command. */
export function hasSecurityInfo(id: ChipId): boolean {
  return id !== "esp8266" && id !== "esp32";
}
