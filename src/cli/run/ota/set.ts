import { CLI_SESSION, type RunCommand, type RunContext } from "../../context.ts";
import { otaDataOf, tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { bootLine } from "./boot-lines.ts";
import { requireOta, slotOfLine } from "./slot-of-line.ts";

const NO_APPLICATION = {
  nothing: "is empty: there is no application in it",
  other: "does not begin like an application, as it would unless flash is encrypted",
} as const;

/** The board would not run what somebody expects, and maybe nothing. */
function warnOfSlot({ emit }: RunContext, name: string, holds: keyof typeof NO_APPLICATION): void {
  emit({
    session: CLI_SESSION,
    type: "warning",
    code: "ota.no-application",
    message: `'${name}' ${NO_APPLICATION[holds]}. The bootloader passes over such a slot, and starts nothing where no other has one; 'esptool ota write' puts one there.`,
  });
}

export const run: RunCommand = async (context) => {
  const { arguments: words, options, print, signal } = context;
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { bootSlot, switchOtaSlot } = await import("../../../partition.ts");
    const table = await tableOf(context, session, file);
    const { partitions } = table;
    const before = requireOta(await otaDataOf(context, session, table));
    const slot = slotOfLine(words.text("SLOT"), partitions, before);
    // The declaration of the option allows these words only.
    const state = options.text("state") as "undefined" | "new" | "valid" | undefined;
    const { written, otaData, slotHolds } = await switchOtaSlot(session, partitions, slot, {
      state,
      ...spiConnection(options),
      signal,
    });
    if (written === null) print("It boots already; nothing was written.");
    const boots = bootSlot(partitions, otaData);
    print(bootLine(boots));
    if (slotHolds !== "image") warnOfSlot(context, boots.partition?.name ?? `ota_${slot}`, slotHolds);
    return { ...sessionFields(session), slot, slotHolds, changed: written !== null, copies: otaData.copies, boots };
  });
};
