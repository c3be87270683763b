import type { FlashMode, VerifyFlashOptions } from "../../index.ts";
import { EspError } from "../../index.ts";
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
    const { verifyFlash } = await import("../../index.ts");
    const result = await verifyFlash(session, files, { ...verifyOptions(context.options), signal: context.signal });
    if (!result.matched) {
      const wrong = result.files.filter((file) => !file.matched).map((file) => file.name);
      throw new EspError("flash.verify-failed", "Verification failed.", {
        hint: "Write the file again, or compare with --diff to see what differs.",
        details: { ...result, wrong },
      });
    }
    return { ...sessionFields(session), ...result };
  });
};

function verifyOptions(options: OptionValues): VerifyFlashOptions {
  return {
    diff: options.flag("diff"),
    // The declaration of the option allows these words only.
    flashMode: (options.text("flash-mode") ?? "keep") as FlashMode | "keep",
    flashFrequency: options.text("flash-freq") ?? "keep",
    flashSize: options.text("flash-size") ?? "keep",
    ...spiConnection(options),
  };
}
