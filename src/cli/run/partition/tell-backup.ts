import type { Session } from "../../../index.ts";
import type { BackupPlan, BackupRegionState } from "../../../partition.ts";
import type { CliNoticeCode } from "../../cli-event.ts";
import { CLI_SESSION, type RunContext, type RunResult } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields } from "../with-session.ts";
import { backupFolder } from "./backup-folder.ts";
import { regionLines } from "./region-lines.ts";

const STATES: Readonly<Record<BackupRegionState, string>> = {
  same: "kept already, unchanged",
  blank: "blank",
  data: "would be read",
};

/** What a backup would do, by what the chip and the folder say, and nothing is written to either. */
export async function tellBackup(context: RunContext, session: Session, folder: string): Promise<RunResult> {
  const { options, print, signal } = context;
  const { planBackup } = await import("../../../partition.ts");
  const plan = await planBackup(session, backupFolder(context, folder), {
    tableAddress: options.number("partition-table-address"),
    update: options.flag("update"),
    ...spiConnection(options),
    signal,
  });
  const { mac, regions } = plan;
  const wanted = regions.filter(({ state }) => state === "data");
  const bytes = wanted.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  print(
    `Of ${mac} ${wanted.length} of ${regions.length} regions would be read, ${bytes} bytes, and kept in '${folder}':`,
  );
  for (const line of regionLines(regions.map(({ name, sizeBytes, state }) => [name, sizeBytes, STATES[state]])))
    print(line);
  warnOfBackup(context, plan, folder);
  print("Nothing was done: --dry-run.");
  return { ...sessionFields(session), folder, ...plan, dryRun: true };
}

export function warnOfBackup(
  { emit }: RunContext,
  { tableAddress, encrypted }: Pick<BackupPlan, "tableAddress" | "encrypted">,
  folder: string,
): void {
  const warn = (code: CliNoticeCode, message: string): void =>
    emit({ type: "warning", session: CLI_SESSION, code, message, details: { folder } });
  if (tableAddress === null) warn("backup.without-table", "No partition table was found: what is read has no names.");
  if (encrypted) warn("backup.encrypted", "The flash is encrypted: the backup is of use to this board alone.");
}
