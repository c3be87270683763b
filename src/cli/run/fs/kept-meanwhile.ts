import type { NamedRange } from "../../../partition.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";

/**
 * Writes what a partition is to hold, while all of it is in a file of its own: broken off in the middle, what is in flash is neither
 * the old nor the new, and files that nobody has elsewhere would be gone. The file goes when the chip has proved what was written.
 */
export async function keptMeanwhile<Result>(
  { host, emit }: RunContext,
  { name }: NamedRange,
  image: Uint8Array,
  write: () => Promise<Result>,
): Promise<Result> {
  const { files } = host;
  const file = (await files.rescue?.(`${name.replace(/[^0-9A-Za-z_-]/g, "_")}.bin`, image)) ?? null;
  let isProved = false;
  try {
    const result = await write();
    isProved = true;
    return result;
  } finally {
    if (file !== null && isProved) await files.remove(file).catch(() => {});
    else if (file !== null) {
      const shown = harmlessText(name);
      const message = `All that '${shown}' was to hold is in '${file}': "esptool write-flash @${shown} ${file}" brings it there.`;
      emit({
        type: "note",
        session: CLI_SESSION,
        code: "filesystem.kept",
        message,
        details: { file, partition: name },
      });
    }
  }
}
