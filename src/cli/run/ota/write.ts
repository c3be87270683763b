import { readFirmwareFile } from "../../../image.ts";
import { EspError } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { otaDataOf, tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { refuseTooLarge } from "../by-name/refuse-too-large.ts";
import { firmwareFor } from "../image/firmware.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { bootLine } from "./boot-lines.ts";
import { requireOta, slotOfLine } from "./slot-of-line.ts";

/** Of an image that a bootloader starts. */
const IMAGE_MAGIC = 0xe9;

export const run: RunCommand = async (context) => {
  const { arguments: words, options, print, signal, host } = context;
  const name = words.text("FILE");
  const bytes = await readInput(host, name);
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const [{ bootSlot, otaSlots, planOtaSwitch, switchOtaSlot }, { writeFlash }] = await Promise.all([
      import("../../../partition.ts"),
      import("../../../index.ts"),
    ]);
    const table = await tableOf(context, session, file);
    const { partitions } = table;
    const before = requireOta(await otaDataOf(context, session, table));
    const slot = slotOfLine(options.text("slot") ?? "next", partitions, before);
    // A slot that is not there is an error, and what runs is not written over.
    const isRunning = planOtaSwitch(partitions, before, slot) === null;
    const partition = otaSlots(partitions)[slot];
    if (partition === undefined || isRunning) throw running(slot);
    const firmware = [readFirmwareFile(bytes, { address: partition.address, name })];
    const files = await firmwareFor(context, session.chip.id, firmware);
    const [only, ...others] = files;
    if (only === undefined || others.length > 0 || only.data[0] !== IMAGE_MAGIC) throw noApplication(name);
    const placed = { ...only, address: partition.address };
    refuseTooLarge([placed], [{ ...partition, partition }]);
    const flash = { ...spiConnection(options), signal };
    const result = await writeFlash(session, [placed], { ...flash, force: options.flag("force") });
    // The declaration of the option allows these words only.
    const state = options.text("state") as "undefined" | "new" | "valid" | undefined;
    const { otaData } = await switchOtaSlot(session, partitions, slot, { state, ...flash });
    const boots = bootSlot(partitions, otaData);
    print(bootLine(boots));
    return { ...sessionFields(session), slot, partition: partition.name, ...result, copies: otaData.copies, boots };
  });
};

function running(slot: number): EspError {
  return new EspError("partition.no-slot", `The slot ota_${slot} boots now, and is not written over.`, {
    hint: "Leave --slot out for the other one, or use write-flash.",
    details: { slot },
  });
}

function noApplication(file: string): EspError {
  return new EspError("image.not-firmware", `'${file}' is no application: it does not begin like an image.`, {
    hint: "Give the application's image, or its ELF file.",
    details: { file },
  });
}
