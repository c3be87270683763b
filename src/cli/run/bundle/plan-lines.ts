import type { BundleKind, FlashBundle, FlashPlan, LeftUntouched, LostContents } from "../../../bundle.ts";
import type { RegionState } from "../../../index.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { textWidth } from "../../show/screen/text-width.ts";

const KINDS: Readonly<Record<BundleKind, string>> = {
  "esp-idf": "A build of ESP-IDF",
  platformio: "A build of PlatformIO",
  arduino: "A sketch of Arduino",
  esphome: "A build of ESPHome",
  "web-manifest": "A manifest for ESP Web Tools",
  "flash-args": "A list of files",
  rust: "A Rust program",
  zephyr: "A build of Zephyr",
  nuttx: "A build of NuttX",
  micropython: "A build of MicroPython",
  tasmota: "A release of Tasmota",
  merged: "An image for the whole flash",
  "single-file": "One file",
};

const LEFT: Readonly<Record<LeftUntouched["why"], string>> = {
  "no-file": "",
  "not-chosen": "not chosen",
  settings: "settings are kept: --overwrite-all",
  "on-request": "only with --only",
};

const LOST: Readonly<Record<LostContents["why"], string>> = {
  written: "written over",
  moved: "the new table has it elsewhere, or not at all",
  erased: "erased",
};

const ON_CHIP: Readonly<Record<RegionState, string>> = {
  same: "same",
  different: "changed",
  blank: "empty",
  unknown: "not known",
};

/** A file of the plan in flash. */
export interface FoundFile {
  readonly address: number;
  readonly state: RegionState;
}

/** What the build is, what goes where, and what stays. `found`: of each file, where the chip was asked. */
export function planLines(
  { kind, folder, chip }: FlashBundle,
  { files, left }: FlashPlan,
  found: readonly FoundFile[] | null = null,
): string[] {
  const where = folder === "" ? "" : ` in ${harmlessText(folder)}`;
  const rows = files.map(({ name, path, address: planned, data, encrypted }, index) => {
    const address = found?.[index]?.address ?? planned;
    const state = found?.[index]?.state;
    return [
      harmlessText(name),
      address === null ? "by the table" : `0x${address.toString(16)}`,
      `${data.length}`,
      ...(state === undefined ? [] : [ON_CHIP[state]]),
      `${harmlessText(path)}${encrypted ? " (encrypted)" : ""}`,
    ];
  });
  const head = ["Name", "Address", "Bytes", ...(found === null ? [] : ["In flash"]), "File"];
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map(textWidth)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell))))
      .join("  ")
      .trimEnd();
  const untouched = left.map(({ name, why }) => named(name, LEFT[why]));
  return [
    `${KINDS[kind]}${where}${chip === null ? "" : ` for the ${chip}`}:`,
    line(head),
    ...rows.map(line),
    ...(untouched.length === 0 ? [] : [`Left as it is: ${untouched.join(", ")}.`]),
  ];
}

/** What is written over by what it holds already is not lost. */
export function lossLines({ lost, files }: FlashPlan, found: readonly FoundFile[] | null = null): string[] {
  const same = new Set(files.flatMap(({ name }, index) => (found?.[index]?.state === "same" ? [name] : [])));
  const really = lost.filter(({ name, why }) => why !== "written" || !same.has(name));
  if (really.length === 0) return [];
  return [`Will be lost: ${really.map(({ name, why }) => named(name, LOST[why])).join(", ")}.`];
}

/** What of the plan had to be written; `results` in its order. */
export function writtenLines(files: FlashPlan["files"], results: readonly { readonly skipped: boolean }[]): string[] {
  const namesOf = (isSkipped: boolean): string =>
    files.flatMap(({ name }, index) => (results[index]?.skipped === isSkipped ? [harmlessText(name)] : [])).join(", ");
  const written = namesOf(false);
  const same = namesOf(true);
  if (written === "") return same === "" ? [] : [`Nothing had to be written: ${same} in flash already.`];
  return [`Written: ${written}.${same === "" ? "" : ` In flash already: ${same}.`}`];
}

function named(name: string, why: string): string {
  return why === "" ? harmlessText(name) : `${harmlessText(name)} (${why})`;
}
