import { loadPart } from "../load-part.ts";
import type { ChipDescriptor, ChipId } from "./types.ts";

/** One module a chip, so that only the facts of the chip at hand are loaded. */
const MODULES: Readonly<Record<ChipId, () => Promise<ChipDescriptor>>> = {
  esp8266: async () => (await import("./descriptors/esp8266.ts")).ESP8266,
  esp32: async () => (await import("./descriptors/esp32.ts")).ESP32,
  esp32s2: async () => (await import("./descriptors/esp32s2.ts")).ESP32S2,
  esp32s3: async () => (await import("./descriptors/esp32s3.ts")).ESP32S3,
  esp32c3: async () => (await import("./descriptors/esp32c3.ts")).ESP32C3,
  esp32c2: async () => (await import("./descriptors/esp32c2.ts")).ESP32C2,
  esp32c6: async () => (await import("./descriptors/esp32c6.ts")).ESP32C6,
  esp32c61: async () => (await import("./descriptors/esp32c61.ts")).ESP32C61,
  esp32c5: async () => (await import("./descriptors/esp32c5.ts")).ESP32C5,
  esp32e22: async () => (await import("./descriptors/esp32e22.ts")).ESP32E22,
  esp32h2: async () => (await import("./descriptors/esp32h2.ts")).ESP32H2,
  esp32h21: async () => (await import("./descriptors/esp32h21.ts")).ESP32H21,
  esp32p4: async () => (await import("./descriptors/esp32p4.ts")).ESP32P4,
  esp32h4: async () => (await import("./descriptors/esp32h4.ts")).ESP32H4,
  esp32s31: async () => (await import("./descriptors/esp32s31.ts")).ESP32S31,
};

/** All that is known of a chip: of those at hand, else loaded. Throws `package.part-missing`. */
export async function loadChip(id: ChipId, atHand: readonly ChipDescriptor[] = []): Promise<ChipDescriptor> {
  return atHand.find((chip) => chip.id === id) ?? (await loadPart(`chip ${id}`, MODULES[id]));
}
