import type { Session } from "../../../index.ts";
import type { RunCommand, RunContext, RunResult } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { backupFolder, lockBackupFolder, makeBackupFolder } from "./backup-folder.ts";
import { regionLines } from "./region-lines.ts";
import { tellBackup, warnOfBackup } from "./tell-backup.ts";

export const run: RunCommand = async (context) => {
  const folder = context.arguments.text("FOLDER");
  if (context.options.flag("dry-run"))
    return await withSession(context, async (session) => await tellBackup(context, session, folder));
  await makeBackupFolder(context, folder);
  const unlock = await lockBackupFolder(context, folder);
  try {
    return await withSession(context, async (session) => await keepFlash(context, session, folder));
  } finally {
    await unlock();
  }
};

async function keepFlash(context: RunContext, session: Session, folder: string): Promise<RunResult> {
  const { options, print, signal } = context;
  const { backupFlash } = await import("../../../partition.ts");
  const { manifest, read, kept } = await backupFlash(session, backupFolder(context, folder), {
    tableAddress: options.number("partition-table-address"),
    update: options.flag("update"),
    ...spiConnection(options),
    signal,
  });
  const { entries, encrypted, tableAddress, mac, flashBytes } = manifest;
  const files = entries.filter(({ file }) => file !== null);
  print(
    files.length === 0
      ? `All of the flash of ${mac} is blank, which '${folder}' says now.`
      : `Kept ${files.length} of ${entries.length} regions of ${mac} in '${folder}'; the others are blank:`,
  );
  for (const line of regionLines(files.map(({ name, dataBytes, file }) => [name, dataBytes, file ?? ""]))) print(line);
  if (kept.length > 0) print(`${kept.length} regions were there already, as the chip's digests say.`);
  warnOfBackup(context, manifest, folder);
  return { ...sessionFields(session), folder, mac, flashBytes, encrypted, tableAddress, entries, read, kept };
}
