import { type Check, orNull } from "../../check/check.ts";
import { checkFinite } from "../../check/numbers.ts";
import { hasParts, oneOfKinds } from "../../check/shapes.ts";
import { anything, checkText, listOf } from "../../check/values.ts";
import { chipById } from "../../chip/catalog.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ChipId } from "../../chip/types.ts";
import { checkState, checkTable } from "../table/check-efuses.ts";
import { blockVersion, findField, isPresent } from "../table/find-field.ts";
import type { EfuseField, EfuseState, EfuseTable } from "../table/types.ts";
import { fieldMeaning } from "../value/field-meaning.ts";
import { fieldValue } from "../value/field-value.ts";

/** What the factory measured of the analogue parts (fact sheet efuse-secure A13, adc-info). */

export interface CalibrationPoint {
  /** The field. */
  readonly name: string;
  readonly value: boolean | number | string;
  /** As it is shown. */
  readonly text: string;
}

export type AdcInfo =
  | {
      readonly kind: "reference-voltage";
      /** Null: not measured, the nominal 1100 mV is all there is. */
      readonly millivolts: number | null;
      /** Empty: BLOCK3 is not reserved for them. */
      readonly points: readonly CalibrationPoint[];
    }
  | {
      readonly kind: "calibration";
      /** 100 x major + minor. */
      readonly blockVersion: number;
      /** Empty: the block is too old to have them. */
      readonly points: readonly CalibrationPoint[];
    }
  | { readonly kind: "unsupported"; readonly chip: ChipId };

/** Chips of which no calibration of an ADC is known (A1, A13). */
const WITHOUT: ReadonlySet<ChipId> = new Set<ChipId>(["esp32h21", "esp32h4", "esp32s31"]);

/** Only the blocks with calibration, with what says that it is there, and BLOCK0 where it can hide them. */
export function blocksForAdcInfo(table: EfuseTable): number[] {
  checkTable(table, "table");
  if (WITHOUT.has(table.chip)) return [];
  const fields = table.fields.filter(
    (field) => isCalibration(field) || field.name === "BLK_VERSION_MAJOR" || field.name === "BLK_VERSION_MINOR",
  );
  const ids = new Set(fields.map(({ block }) => block));
  if (fields.some(({ readDisableBits }) => readDisableBits.length > 0)) ids.add(0);
  return [...ids].sort((left, right) => left - right);
}

function isCalibration({ category }: EfuseField): boolean {
  return category === "calibration";
}

export function adcInfo(state: EfuseState): AdcInfo {
  checkState(state, "state");
  const { table } = state;
  if (WITHOUT.has(table.chip)) return { kind: "unsupported", chip: table.chip };
  const isPoint = (field: EfuseField): boolean =>
    isCalibration(field) && field.fieldClass !== "reference-voltage" && isPresent(state, field);
  const points = table.fields.filter(isPoint).map((field) => pointOf(state, field));
  if (table.chip !== "esp32") return { kind: "calibration", blockVersion: blockVersion(state), points };
  const reference = findField(table, "ADC_VREF");
  const { value } = fieldMeaning(state, reference);
  const isMeasured = fieldValue(state, reference) !== 0n && typeof value === "number";
  return { kind: "reference-voltage", millivolts: isMeasured ? value : null, points };
}

function pointOf(state: EfuseState, field: EfuseField): CalibrationPoint {
  const { value, text } = fieldMeaning(state, field);
  return { name: field.name, value, text };
}

/** How the ESP32's points are called: two voltages for each of its ADCs (A6). */
const ESP32_POINT_NAMES: Readonly<Record<string, string>> = {
  ADC1_TP_LOW: "ADC1 Low reading  (150mV)",
  ADC1_TP_HIGH: "ADC1 High reading (850mV)",
  ADC2_TP_LOW: "ADC2 Low reading  (150mV)",
  ADC2_TP_HIGH: "ADC2 High reading (850mV)",
};

const checkPoints: Check<CalibrationPoint[]> = listOf(
  hasParts<CalibrationPoint>("a point", { name: checkText, text: checkText }),
);
const checkInfo: Check<AdcInfo> = oneOfKinds<AdcInfo>({
  "reference-voltage": { kind: anything, millivolts: orNull(checkFinite), points: checkPoints },
  calibration: { kind: anything, blockVersion: checkFinite, points: checkPoints },
  unsupported: { kind: anything, chip: checkChipId },
});

export function adcInfoLines(info: AdcInfo): string[] {
  const known = checkInfo(info, "info");
  switch (known.kind) {
    case "unsupported":
      return [`ADC calibration is not supported on ${chipById(known.chip).name}.`];
    case "calibration":
      return [
        `Block version: ${known.blockVersion}`,
        ...known.points.map(({ name, text }) => `${name.padEnd(30)} = ${text}`),
      ];
    case "reference-voltage": {
      const shown = known.millivolts === null ? "None (1100mV nominal)" : `${known.millivolts}mV`;
      return [
        `ADC VRef calibration: ${shown}`,
        ...(known.points.length === 0 ? [] : ["ADC readings stored in efuse BLOCK3:"]),
        ...known.points.map(({ name, text }) => `    ${ESP32_POINT_NAMES[name] ?? name}: ${text}`),
      ];
    }
  }
}
