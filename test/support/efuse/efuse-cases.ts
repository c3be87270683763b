import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SHARED } from "../image/elf2image-case.ts";
import type { EfuseChip } from "./efuse-file-device.ts";

/** One call of the reference's espefuse, what it printed and the eFuses it left. */
export interface EspefuseCase {
  readonly name: string;
  readonly chip: EfuseChip;
  readonly args: readonly string[];
  readonly exit: number;
  /** What each command printed, in order. */
  readonly sections: readonly { readonly command: string; readonly lines: readonly string[] }[];
  /** The register page, reversed (fact sheet efuse-secure A15). */
  readonly file: Uint8Array<ArrayBuffer>;
}

const FOLDER = join(SHARED, "golden/espefuse");

/** None when the folder is absent. */
export function espefuseCases(): EspefuseCase[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).map((name) => {
    const { args, exit } = JSON.parse(readFileSync(join(FOLDER, name, "case.json"), "utf8")) as {
      args: string[];
      exit: number;
    };
    return {
      name,
      chip: (args[args.indexOf("--chip") + 1] ?? "") as EfuseChip,
      args,
      exit,
      sections: sectionsOf(readFileSync(join(FOLDER, name, "stdout.txt"), "utf8")),
      file: readFileSync(join(FOLDER, name, "efuses.bin")),
    };
  });
}

function sectionsOf(stdout: string): EspefuseCase["sections"] {
  return stdout
    .split('\n=== Run "')
    .slice(1)
    .map((text) => {
      const end = text.indexOf('" command ===\n');
      return {
        command: text.slice(0, end),
        // The last line ends too.
        lines: text
          .slice(end + '" command ===\n'.length)
          .split("\n")
          .slice(0, -1),
      };
    });
}
