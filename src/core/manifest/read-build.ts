import { entryByName } from "../chip/chip-index.ts";
import type { FlashMode } from "../chip/flash-codes.ts";
import { isEspError } from "../errors.ts";
import type { ManifestBuild, ManifestFlashSettings, ManifestPart, SerialType } from "./install-manifest.ts";
import { type Fields, fieldsOf, invalid, TOP, wordOf } from "./read-fields.ts";

const MOST_PARTS = 100;
const HIGHEST_ADDRESS = 0xffff_ffff;
const HIGHEST_REVISION = 0xffff;
const MOST_MEGABYTES = 4096;
const HIGHEST_BAUD = 10_000_000;
const KEEP: ManifestFlashSettings = { mode: "keep", frequency: "keep", size: "keep" };
const NOTHING: Omit<ManifestBuild, "index" | "chipFamily" | "chip" | "problem"> = {
  serialType: null,
  label: null,
  minRevision: null,
  flashSizeMB: null,
  psramSizeMB: null,
  flash: KEEP,
  baudRate: null,
  parts: [],
};

/** One build. What is wrong with it stands in it. */
export function readBuild(value: unknown, index: number): ManifestBuild {
  const of = `build ${index + 1} of ${TOP}`;
  let chipFamily = "";
  try {
    const fields = fieldsOf(value, of);
    chipFamily = wordOf(fields, "chipFamily") ?? "";
    const chip = entryByName(chipFamily)?.id ?? null;
    if (chipFamily === "") throw invalid(of, "has no 'chipFamily'");
    return { index, chipFamily, chip, ...contentsOf(fields), problem: null };
  } catch (error) {
    if (!isEspError(error, "manifest.invalid")) throw error;
    const chip = entryByName(chipFamily)?.id ?? null;
    return { index, chipFamily, chip, ...NOTHING, problem: error.message };
  }
}

function contentsOf(fields: Fields): typeof NOTHING {
  const { parts } = fields.values;
  if (!Array.isArray(parts))
    throw invalid(fields.of, parts === undefined ? "has no 'parts'" : "has 'parts' that are no list");
  if (parts.length === 0) throw invalid(fields.of, "has no parts: there is nothing to install");
  if (parts.length > MOST_PARTS) throw invalid(fields.of, `has ${parts.length} parts, more than ${MOST_PARTS}`);
  return {
    serialType: fields.text("serialType", /^(?:cdc|uart)$/) as SerialType | null,
    label: wordOf(fields, "label"),
    minRevision: fields.number("minRevision", { highest: HIGHEST_REVISION }),
    flashSizeMB: fields.number("flashSizeMB", { highest: MOST_MEGABYTES, isWhole: false }),
    psramSizeMB: fields.number("psramSizeMB", { highest: MOST_MEGABYTES, isWhole: false }),
    flash: settingsOf(fields),
    baudRate: fields.number("baud", { lowest: 1, highest: HIGHEST_BAUD }),
    parts: parts.map((part: unknown, index) => readPart(part, `part ${index + 1} of ${fields.of}`)),
  };
}

function settingsOf(build: Fields): ManifestFlashSettings {
  const { flash } = build.values;
  if (flash === undefined || flash === null) return KEEP;
  const fields = fieldsOf(flash, `'flash' of ${build.of}`);
  const mode = fields.text("mode", /^(?:qio|qout|dio|dout|keep)$/);
  return {
    mode: (mode as FlashMode | null) ?? KEEP.mode,
    frequency: fields.text("freq", /^(?:\d{1,3}m|keep)$/) ?? KEEP.frequency,
    size: fields.text("size", /^(?:\d{1,4}(?:MB|KB)(?:-c1)?|keep|detect)$/) ?? KEEP.size,
  };
}

function readPart(value: unknown, of: string): ManifestPart {
  const fields = fieldsOf(value, of);
  const path = fields.text("path", /^.+$/su);
  const offset = fields.number("offset", { highest: HIGHEST_ADDRESS });
  const partition = fields.text("partition", /^.{1,64}$/u);
  if (path === null) throw invalid(of, "has no 'path'");
  if (offset === null && partition === null) throw invalid(of, "has no 'offset'");
  return {
    path,
    offset,
    partition,
    sha256: fields.text("sha256", /^[0-9a-f]{64}$/i)?.toLowerCase() ?? null,
    sizeBytes: fields.number("size", { highest: HIGHEST_ADDRESS }),
    encrypted: fields.flag("encrypted") ?? false,
  };
}
