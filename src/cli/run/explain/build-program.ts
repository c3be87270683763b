import { join } from "node:path";
import type { ChipId } from "../../../crash.ts";
import type { CliHost } from "../../host/host.ts";

/** What was built in this folder. */
export interface FolderBuild {
  /** Path of the program; null where the build leaves no ELF file. */
  readonly elf: string | null;
  readonly chip: ChipId | null;
}

/** Null where there is no build. */
export async function buildOfFolder(host: CliHost): Promise<FolderBuild | null> {
  try {
    const { readFlashBundle } = await import("../../../bundle.ts");
    const { elfFiles, chip } = await readFlashBundle(await host.files.tree("."));
    return { elf: elfFiles[0] === undefined ? null : join(".", elfFiles[0]), chip };
  } catch {
    // No build is no reason to say anything: nobody asked for one.
    return null;
  }
}
