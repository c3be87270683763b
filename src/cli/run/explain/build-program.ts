import { join } from "node:path";
import type { CliHost } from "../../host/host.ts";

/** Path of the program that was built in this folder; null where there is no build, or it leaves no ELF file. */
export async function programOfFolder(host: CliHost): Promise<string | null> {
  try {
    const { readFlashBundle } = await import("../../../bundle.ts");
    const { elfFiles } = await readFlashBundle(await host.files.tree("."));
    return elfFiles[0] === undefined ? null : join(".", elfFiles[0]);
  } catch {
    // No build is no reason to say anything: nobody asked for one.
    return null;
  }
}
