import type { Session } from "../../../index.ts";
import type { BackupEntry } from "../../../partition.ts";
import type { CliNoticeCode } from "../../cli-event.ts";
import { CLI_SESSION, type RunCommand, type RunContext, type RunResult } from "../../context.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { textWidth } from "../../show/screen/text-width.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { backupFolder, lockBackupFolder, makeBackupFolder } from "./backup-folder.ts";

export const run: RunCommand = async (context) => {
  const folder = context.arguments.text("FOLDER");
  await makeBackupFolder(context, folder);
  const unlock = await lockBackupFolder(context, folder);
  try {
    return await withSession(context, async (session) => await keepFlash(context, session, folder));
  } finally {
    await unlock();
  }
};

async function keepFlash(context: RunContext, session: Session, folder: string): Promise<RunResult> {
  const { options, print, signal, emit } = context;
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
  for (const line of keptLines(files)) print(line);
  if (kept.length > 0) print(`${kept.length} regions were there already, as the chip's digests say.`);
  const warn = (code: CliNoticeCode, message: string): void =>
    emit({ type: "warning", session: CLI_SESSION, code, message, details: { folder } });
  if (tableAddress === null) warn("backup.without-table", "No partition table was found: what was read has no names.");
  if (encrypted) warn("backup.encrypted", "The flash is encrypted: the backup is of use to this board alone.");
  return { ...sessionFields(session), folder, mac, flashBytes, encrypted, tableAddress, entries, read, kept };
}

/** Names, sizes and files under each other. */
function keptLines(files: readonly BackupEntry[]): string[] {
  const rows = files.map(({ name, file, dataBytes }) => ({ name: harmlessText(name), size: String(dataBytes), file }));
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(textWidth));
  const nameColumns = widest(rows.map(({ name }) => name));
  const sizeColumns = widest(rows.map(({ size }) => size));
  return rows.map(({ name, size, file }) => {
    const filled = name + " ".repeat(nameColumns - textWidth(name));
    return `  ${filled}  ${size.padStart(sizeColumns)} bytes  ${file}`;
  });
}
