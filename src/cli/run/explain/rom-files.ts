import { join } from "node:path";
import type { ChipId } from "../../../crash.ts";
import type { CliHost } from "../../host/host.ts";

/** A chip, and which of its ROMs it has. */
export interface RomTraits {
  readonly chip: ChipId | null;
  /** When the ROM was built, as it prints it. */
  readonly romBuild: string | null;
}

/** ESP-IDF has about twenty lists a chip. */
const MOST_FILES = 64;

/**
 * Files on this computer that name the functions in a chip's ROM: where `ESP_ROM_ELF_DIR` says that ROM ELF files are, as the tools of ESP-IDF have
 * it, else the linker scripts of the ESP-IDF that `IDF_PATH` leads to. None where neither is set, or the chip is not known.
 */
export async function romFiles(host: CliHost, { chip, romBuild }: RomTraits): Promise<readonly string[]> {
  if (chip === null) return [];
  const elf = await romElf(host, chip, romBuild);
  return elf === null ? await linkerScripts(host, chip) : [elf];
}

/** Of several revisions the one whose ROM prints the same; where that cannot be told, none. */
async function romElf(host: CliHost, chip: ChipId, romBuild: string | null): Promise<string | null> {
  const folder = host.env["ESP_ROM_ELF_DIR"];
  if (folder === undefined || folder === "") return null;
  const files = await filesOf(host, folder, new RegExp(`^${chip}_rev\\d{1,4}_rom\\.elf$`));
  if (files.length < 2 || romBuild === null) return files.length === 1 ? (files[0] ?? null) : null;
  for (const file of files) {
    const bytes = await host.files.read(file).catch(() => null);
    if (bytes !== null && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(romBuild)) return file;
  }
  return null;
}

/** Those for single revisions of a chip are left out: of another revision they would be wrong. */
async function linkerScripts(host: CliHost, chip: ChipId): Promise<readonly string[]> {
  const root = host.env["IDF_PATH"];
  if (root === undefined || root === "") return [];
  const folder = join(root, "components", "esp_rom", chip, "ld");
  const scripts = await filesOf(host, folder, new RegExp(`^${chip}\\.rom(?:\\.[A-Za-z0-9_-]{1,64})?\\.ld$`));
  return scripts.filter((file) => !/\.(?:eco|rev)\d/.test(file));
}

async function filesOf(host: CliHost, folder: string, pattern: RegExp): Promise<readonly string[]> {
  try {
    const entries = (await (await host.files.tree(folder)).list("")) ?? [];
    const names = entries.filter(({ name, kind }) => kind === "file" && pattern.test(name)).map(({ name }) => name);
    return names
      .toSorted()
      .slice(0, MOST_FILES)
      .map((name) => join(folder, name));
  } catch {
    // Where there is nothing to be found, names stay unknown.
    return [];
  }
}
