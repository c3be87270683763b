import type { FlashMode, VerifyFlashOptions } from "../../../index.ts";
import { EspError } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { tableFromFile } from "../by-name/chip-table.ts";
import { hasNames, placePairs, requireFiles } from "../by-name/named-ranges.ts";
import { firmwareFor, readFirmware } from "../image/firmware.ts";
import { isNand, nandOptions, noteIgnored } from "../nand.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const nand = isNand(context.options) ? nandOptions(context) : null;
  if (nand !== null) noteIgnored(context, ["flash-mode", "flash-freq", "flash-size"]);
  const table = await tableFromFile(context);
  const firmware = hasNames(context) ? null : await readFirmware(context);
  if (firmware === null) await requireFiles(context);
  return await withSession(context, async (session) => {
    const placed = firmware === null ? (await placePairs(context, session, table)).placed : context;
    const files = await firmwareFor(placed, session.chip.id, firmware ?? (await readFirmware(placed)));
    const { verifyFlash, verifyNand } = await import("../../../index.ts");
    const { options, signal } = context;
    const result =
      nand === null
        ? await verifyFlash(session, files, { ...verifyOptions(options), signal })
        : await verifyNand(session, files, { ...nand, diff: options.flag("diff") });
    if (!result.matched) {
      const wrong = result.files.filter((file) => !file.matched).map((file) => file.name);
      throw new EspError("flash.verify-failed", "Verification failed.", {
        hint: options.flag("diff")
          ? "Write the file again."
          : "Write the file again, or compare with --diff to see what differs.",
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
