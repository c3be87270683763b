import type { FlashMode, WriteFlashOptions } from "../../index.ts";
import type { OptionValues } from "../option-values.ts";
import type { RunCommand } from "./context.ts";
import { readPairs } from "./files.ts";
import { refuseOverlap } from "./overlap.ts";
import { spiConnection } from "./spi-connection.ts";
import { sessionFields, withSession } from "./with-session.ts";

export const run: RunCommand = async (context) => {
  const files = await readPairs(context);
  refuseOverlap(files);
  return await withSession(context, async (session) => {
    const { writeFlash } = await import("../../index.ts");
    const result = await writeFlash(session, files, { ...writeOptions(context.options), signal: context.signal });
    return { ...sessionFields(session), ...result };
  });
};

function writeOptions(options: OptionValues): WriteFlashOptions {
  return {
    compress: options.flag("compress") ? "always" : options.flag("no-compress") ? "never" : "auto",
    eraseAll: options.flag("erase-all"),
    force: options.flag("force"),
    // The declaration of the option allows these words only.
    flashMode: (options.text("flash-mode") ?? "keep") as FlashMode | "keep",
    flashFrequency: options.text("flash-freq") ?? "keep",
    flashSize: options.text("flash-size") ?? "keep",
    ...spiConnection(options),
  };
}
