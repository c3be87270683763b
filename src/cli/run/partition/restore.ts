import type { Session } from "../../../index.ts";
import type { BackupManifest } from "../../../partition.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../../context.ts";
import { askLine } from "../../show/ask/ask-line.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { backupFolder } from "./backup-folder.ts";

const WHY = { "not-chosen": "not chosen", kept: "as asked", identity: "of the other board: --identity" } as const;

export const run: RunCommand = async (context) => {
  const { arguments: words, options, print, signal } = context;
  const folder = words.text("FOLDER");
  const { readBackup, restoreFlash } = await import("../../../partition.ts");
  const store = backupFolder(context, folder);
  // Before a port is opened: a backup that is damaged is no matter of the board.
  const manifest = await readBackup(store);
  return await withSession(context, async (session) => {
    const wanted = { only: namesOf(context, "only"), keep: namesOf(context, "keep") };
    const dryRun = options.flag("dry-run");
    const identity =
      options.flag("identity") || (!dryRun && (await asksForIdentity(context, session, manifest, wanted)));
    const result = await restoreFlash(session, store, {
      ...wanted,
      identity,
      dryRun,
      force: options.flag("force"),
      ...spiConnection(options),
      signal,
    });
    const { written, same, left, isOtherBoard, entries } = result;
    const named = (names: readonly string[]): string => names.map(harmlessText).join(", ");
    if (written.length > 0) print(`${dryRun ? "Would be written" : "Written and proved"}: ${named(written)}.`);
    print(`${same.length} of ${entries.length} regions ${same.length === 1 ? "is" : "are"} as in the backup already.`);
    if (left.length > 0)
      print(`Left as it is: ${left.map(({ name, why }) => `${harmlessText(name)} (${WHY[why]})`).join(", ")}.`);
    if (dryRun) print("Nothing was done: --dry-run.");
    return { ...sessionFields(session), folder, mac: manifest.mac, isOtherBoard, written, same, left, dryRun };
  });
};

/** What belongs to one board is written to another one only when somebody says so. */
async function asksForIdentity(
  { host, signal, emit }: RunContext,
  session: Session,
  manifest: BackupManifest,
  wanted: { readonly only: readonly string[] | undefined; readonly keep: readonly string[] | undefined },
): Promise<boolean> {
  const { formatMac } = await import("../../../index.ts");
  const { planRestore } = await import("../../../partition.ts");
  if (session.mac === null) return false;
  const { chip, flashBytes, encrypted } = manifest;
  const mac = formatMac(session.mac.base);
  if (chip !== session.chip.id || mac === manifest.mac) return false;
  const { left } = planRestore(manifest, { chip, flashBytes, encrypted, mac }, wanted);
  const names = left.filter(({ why }) => why === "identity").map(({ name }) => harmlessText(name));
  if (names.length === 0) return false;
  const whose = `The backup is of the board ${manifest.mac}, and this is ${mac}.`;
  if (host.stdin.isTTY) {
    const text = `${whose} Write what belongs to the other board, too (${names.join(", ")})? [y/N] `;
    return /^y(?:es)?$/i.test(((await askLine(host, { text, echo: true, on: "stderr", signal })) ?? "").trim());
  }
  const message = `${whose} What belongs to the other board is left out: ${names.join(", ")}.`;
  emit({ type: "note", session: CLI_SESSION, code: "backup.other-board", message });
  return false;
}

function namesOf({ options }: RunContext, option: string): readonly string[] | undefined {
  if (!options.given(option)) return undefined;
  return options.list(option).flatMap((words) => words.split(",").filter((word) => word !== ""));
}
