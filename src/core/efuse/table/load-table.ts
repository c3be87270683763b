// Shelf: what eFuses each chip has (`chips/`, generated), rules of burning, fields of one's own; bits as numbers.
// In: a chip and revision, text of a custom table.
// Out: blocks and fields by name.

import { orNull } from "../../check/check.ts";
import { wholeNumber } from "../../check/numbers.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import { loadPart } from "../../load-part.ts";
import { type EfuseTableRows, tableOf } from "./chips/rows.ts";
import type { EfuseTable } from "./types.ts";

/** One module a chip, so that only the table of the chip at hand is loaded. */
const MODULES: Readonly<Record<Exclude<ChipId, "esp8266">, () => Promise<{ readonly TABLE: EfuseTableRows }>>> = {
  esp32: () => import("./chips/esp32.ts"),
  esp32s2: () => import("./chips/esp32s2.ts"),
  esp32s3: () => import("./chips/esp32s3.ts"),
  esp32c3: () => import("./chips/esp32c3.ts"),
  esp32c2: () => import("./chips/esp32c2.ts"),
  esp32c6: () => import("./chips/esp32c6.ts"),
  esp32c61: () => import("./chips/esp32c61.ts"),
  esp32c5: () => import("./chips/esp32c5.ts"),
  esp32e22: () => import("./chips/esp32e22.ts"),
  esp32h2: () => import("./chips/esp32h2.ts"),
  esp32h21: () => import("./chips/esp32h21.ts"),
  esp32p4: () => import("./chips/esp32p4.ts"),
  esp32h4: () => import("./chips/esp32h4.ts"),
  esp32s31: () => import("./chips/esp32s31.ts"),
};

/**
 * What the eFuses of a chip are, at a chip revision (100 x major + minor); null: the revision is not known, and the
 * table is the one of the newest ESP32-P4, or has all fields an ESP32-H2 may have. Throws `efuse.unsupported-chip` for
 * the ESP8266.
 */
export async function loadEfuseTable(chip: ChipId, chipRevision: number | null): Promise<EfuseTable> {
  checkChipId(chip, "chip");
  orNull(wholeNumber(0))(chipRevision, "chipRevision");
  if (chip === "esp8266") {
    throw new EspError("efuse.unsupported-chip", "The eFuses of an ESP8266 cannot be shown or burned.", {
      hint: "What they say of the chip can be read: its number and its MAC address.",
      remedies: ["show-chip"],
      details: { chip },
    });
  }
  const { TABLE } = await loadPart(`eFuse table ${chip}`, MODULES[chip]);
  return tableOf(TABLE, chipRevision);
}
