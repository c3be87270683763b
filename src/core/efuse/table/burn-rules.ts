import type { ChipId } from "../../chip/types.ts";
import type { EfuseField, KeyPurpose } from "./types.ts";

/** What burning has to heed on one chip beyond its table (fact sheet efuse-secure A3, A7, A12, A13, A18). */
export interface BurnRules {
  /** What says what a key is for: the name under which its block is called, a purpose field, or nothing but the user. */
  readonly keys: "block-name" | "purpose-field" | "halves";
  /** Beginnings of the purposes that KEY_PURPOSE_5 cannot serve, for a fault of the hardware. */
  readonly lastBlockRefuses: readonly string[];
  /** The second half of a key goes around such a block, to the next free one; elsewhere that is refused. */
  readonly halfGoesAround: boolean;
  /** The three fields that set the voltage of the flash, and the name of the supply. */
  readonly voltage: {
    readonly force: string;
    readonly xpd: string;
    readonly tieh: string;
    readonly supply: string;
  } | null;
  /** Fields that must not all be set. */
  readonly incompatible: readonly string[];
  /** A custom MAC address is burned with this field, and with a CRC and a version on the ESP32. */
  readonly customMac: "alone" | "used-flag" | "crc-and-version";
  /** Field that an ECDSA key needs set, up to a chip revision. */
  readonly ecdsaFlag: { readonly field: string; readonly upToRevision: number } | null;
}

const COMMON: BurnRules = {
  keys: "purpose-field",
  lastBlockRefuses: [],
  halfGoesAround: false,
  voltage: null,
  incompatible: [],
  customMac: "alone",
  ecdsaFlag: null,
};

const VDD_SPI: NonNullable<BurnRules["voltage"]> = {
  force: "VDD_SPI_FORCE",
  xpd: "VDD_SPI_XPD",
  tieh: "VDD_SPI_TIEH",
  supply: "VDD_SPI",
};

const OWN: Readonly<Partial<Record<ChipId, Partial<BurnRules>>>> = {
  esp32: {
    keys: "block-name",
    voltage: { force: "XPD_SDIO_FORCE", xpd: "XPD_SDIO_REG", tieh: "XPD_SDIO_TIEH", supply: "VDD_SDIO" },
    customMac: "crc-and-version",
  },
  esp32c2: { keys: "halves", customMac: "used-flag" },
  esp32c3: { lastBlockRefuses: ["XTS_AES"] },
  esp32c6: { lastBlockRefuses: ["XTS_AES"] },
  esp32h2: {
    lastBlockRefuses: ["XTS_AES_128_KEY", "ECDSA_KEY"],
    ecdsaFlag: { field: "ECDSA_FORCE_USE_HARDWARE_K", upToRevision: 101 },
  },
  esp32h4: { lastBlockRefuses: ["XTS_AES"] },
  esp32s2: { voltage: VDD_SPI },
  esp32s3: {
    lastBlockRefuses: ["XTS_AES"],
    // So do the reference's own tests on this chip, and not on the ESP32-H4.
    halfGoesAround: true,
    voltage: VDD_SPI,
    incompatible: ["DIS_USB_JTAG", "DIS_USB_SERIAL_JTAG"],
  },
};

export function burnRules(chip: ChipId): BurnRules {
  return { ...COMMON, ...OWN[chip] };
}

/** The key block with this purpose field cannot serve a purpose, for a fault of the hardware (A7). */
export function cannotServe(rules: BurnRules, purposeField: EfuseField, purpose: KeyPurpose): boolean {
  return (
    purposeField.name === "KEY_PURPOSE_5" && rules.lastBlockRefuses.some((start) => purpose.name.startsWith(start))
  );
}
