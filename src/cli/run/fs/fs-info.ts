import type { FileSystemContents } from "../../../filesystem.ts";
import type { RunCommand } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { readContents } from "./read-image.ts";

const NAMES = { littlefs: "LittleFS", fat: "FAT", spiffs: "SPIFFS" } as const;

export const run: RunCommand = async (context) => {
  const { contents, fields } = await readContents(context);
  const { kind, settings, sizeBytes, usedBytes, entries, problems } = contents;
  for (const [name, value] of infoRows(contents)) context.print(`${`${name}:`.padEnd(18)}${harmlessText(value)}`);
  const count = (wanted: string): number => entries.filter((entry) => entry.kind === wanted).length;
  return {
    ...fields,
    kind,
    settings,
    sizeBytes,
    usedBytes,
    files: count("file"),
    directories: count("directory"),
    problems,
  };
};

function infoRows({ kind, settings, sizeBytes, usedBytes, entries, problems }: FileSystemContents): [string, string][] {
  const files = entries.filter((entry) => entry.kind === "file").length;
  const rows: [string, string][] = [
    ["File system", NAMES[kind]],
    ["Size", `${sizeBytes} bytes`],
    ["Used", `${usedBytes} bytes (${Math.round((100 * usedBytes) / Math.max(1, sizeBytes))} %)`],
    ["Files", String(files)],
    ["Directories", String(entries.length - files)],
  ];
  if (settings.kind === "littlefs")
    rows.push(
      ["Version", settings.version],
      ["Blocks", `${settings.blockCount} of ${settings.blockBytes} bytes`],
      ["Longest name", `${settings.nameBytes} bytes`],
    );
  else if (settings.kind === "spiffs")
    rows.push(
      ["Page", `${settings.pageBytes} bytes`],
      ["Block", `${settings.blockBytes} bytes`],
      ["Name and meta", `${settings.nameBytes} and ${settings.metaBytes} bytes`],
      ["Mark of blocks", { length: "with the size", plain: "without the size", none: "none" }[settings.magic]],
    );
  else
    rows.push(
      ["Bits", String(settings.bits)],
      ["Sector", `${settings.sectorBytes} bytes`],
      ["Cluster", `${settings.clusterBytes} bytes`],
      ["Label", settings.label],
      ["Wear levelling", settings.wearLevelling === null ? "no" : `version ${settings.wearLevelling.version}`],
    );
  rows.push(["Problems", String(problems.length)]);
  return rows;
}
