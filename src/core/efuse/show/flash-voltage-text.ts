import type { EfuseState, EfuseTable } from "../table/types.ts";
import { valueNamed } from "../value/field-value.ts";

interface VoltageTexts {
  /** Of the fields and of the pin of the chip, as its manual calls them. */
  readonly rail: string;
  readonly prefix: string;
  readonly suffixes: { readonly force: string; readonly power: string; readonly level: string };
  /** Where no eFuse decides. */
  readonly byPin: readonly string[];
}

const ESP32: VoltageTexts = {
  rail: "VDD_SDIO",
  prefix: "XPD_SDIO_",
  suffixes: { force: "FORCE", power: "REG", level: "TIEH" },
  byPin: ["Flash voltage (VDD_SDIO) determined by GPIO12 on reset (High for 1.8V, Low/NC for 3.3V)"],
};

const S2_AND_S3: VoltageTexts = {
  rail: "VDD_SPI",
  prefix: "VDD_SPI_",
  suffixes: { force: "FORCE", power: "XPD", level: "TIEH" },
  byPin: [
    "Flash voltage (VDD_SPI) determined by GPIO45 on reset (GPIO45=High: VDD_SPI pin is powered from internal 1.8V LDO",
    "GPIO45=Low or NC: VDD_SPI pin is powered directly from VDD3P3_RTC_IO via resistor Rspi. Typically this voltage is 3.3 V).",
  ],
};

/** What decides the voltage of the flash; an empty line on chips that have no say in it (fact sheet efuse-secure A13, A14). */
export function flashVoltageLines(state: EfuseState): string[] {
  const texts = textsOf(state.table);
  if (texts === null) return [""];
  const { rail, prefix, suffixes, byPin } = texts;
  const isSet = (suffix: string): boolean => valueNamed(state, prefix + suffix) === 1n;
  if (!isSet(suffixes.force)) return [...byPin];
  if (!isSet(suffixes.power)) return [`Flash voltage (${rail}) internal regulator disabled by eFuse.`];
  return [`Flash voltage (${rail}) set to ${isSet(suffixes.level) ? "3.3V" : "1.8V"} by eFuse.`];
}

/** What set-flash-voltage is about to do; scripts match on it. Null: the chip has no say in it. */
export function setFlashVoltageText(table: EfuseTable, voltage: "1.8V" | "3.3V" | "OFF"): string | null {
  const rail = textsOf(table)?.rail;
  if (rail === undefined) return null;
  if (voltage === "OFF") return `Disable internal flash voltage regulator (${rail})`;
  return `${voltage === "1.8V" ? "Set" : "Enable"} internal flash voltage regulator (${rail}) to ${voltage}.`;
}

function textsOf({ fields }: EfuseTable): VoltageTexts | null {
  const has = (wanted: string): boolean => fields.some(({ name }) => name === wanted);
  const hasAll = ({ prefix, suffixes }: VoltageTexts): boolean =>
    Object.values(suffixes).every((suffix) => has(prefix + suffix));
  return [ESP32, S2_AND_S3].find(hasAll) ?? null;
}
