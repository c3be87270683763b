import type { EditedFileSystem, FileSystemEdits, FileSystemKind } from "../../../filesystem.ts";
import { EspError, type Session } from "../../../index.ts";
import type { NamedRange } from "../../../partition.ts";
import type { RunContext, RunResult } from "../../context.ts";
import { readInput, writeOutput } from "../../host/user-files.ts";
import { harmlessText } from "../../show/harmless-text.ts";
import { keptMeanwhile } from "./kept-meanwhile.ts";
import { placeInFile, tellProblem, withPartition } from "./read-image.ts";

/** Makes the file system of IMAGE anew with these changes, and says what they are. */
export async function editImage(
  context: RunContext,
  edits: FileSystemEdits,
  { longNames }: { readonly longNames?: boolean | undefined } = {},
): Promise<RunResult> {
  const { editFileSystem } = await import("../../../filesystem.ts");
  const image = context.arguments.text("IMAGE");
  const edit = (bytes: Uint8Array): EditedFileSystem => {
    // The declaration of the option allows these words only.
    const kind = context.options.text("kind") as FileSystemKind | undefined;
    const edited = editFileSystem(bytes, edits, { kind, longNames, force: context.options.flag("force") });
    for (const problem of edited.before.problems) tellProblem(context, problem);
    return edited;
  };
  if (!image.startsWith("@")) return await editFile(context, image, edit);
  return await withPartition(context, image, async (session, { bytes, fields, range }) => {
    const edited = edit(bytes);
    if (!isChanged(edited)) return { ...fields, ...tell(context, edited) };
    await requireInClear(session, range);
    const written = await keptMeanwhile(
      context,
      range,
      edited.image,
      async () => await writePartition(context, session, range, edited.image),
    );
    return { ...fields, ...tell(context, edited), ...written };
  });
}

async function editFile(
  context: RunContext,
  file: string,
  edit: (bytes: Uint8Array) => EditedFileSystem,
): Promise<RunResult> {
  const { host, signal } = context;
  // Nobody else may change it between reading and writing.
  const unlock = await host.files.lock(file, { signal });
  try {
    const bytes = await readInput(host, file);
    const { offset, sizeBytes, fields } = await placeInFile(context, file, bytes);
    const edited = edit(bytes.subarray(offset, offset + sizeBytes));
    if (isChanged(edited)) {
      const whole = bytes.slice();
      whole.set(edited.image, offset);
      await writeOutput(host, file, whole);
    }
    return { ...fields, ...tell(context, edited) };
  } finally {
    await unlock();
  }
}

/** Sectors that are in flash already are not written. Throws `argument.conflict` for one that the chip would decrypt. */
export async function writePartition(
  context: RunContext,
  session: Session,
  range: NamedRange,
  data: Uint8Array,
): Promise<RunResult> {
  await requireInClear(session, range);
  const { writeFlash } = await import("../../../index.ts");
  const { options, signal } = context;
  const { address, name } = range;
  const result = await writeFlash(session, [{ address, data, name }], { force: options.flag("force"), signal });
  return { ...result };
}

async function requireInClear(session: Session, { name, partition }: NamedRange): Promise<void> {
  const { isFlashEncrypted } = await import("../../../index.ts");
  if (partition?.encrypted === true && (await isFlashEncrypted(session)))
    throw new EspError("argument.conflict", `The partition '${harmlessText(name)}' is encrypted in flash.`, {
      hint: "What is written in clear there cannot be read by the firmware: make an image and write it with write-flash --encrypt.",
      details: { partition: name },
    });
}

function isChanged({ added, replaced, removed, lost }: EditedFileSystem): boolean {
  return added.length + replaced.length + removed.length + lost.length > 0;
}

function tell({ print }: RunContext, edited: EditedFileSystem): RunResult {
  const { added, replaced, removed, lost } = edited;
  for (const [word, paths] of Object.entries({ Added: added, Replaced: replaced, Removed: removed, Lost: lost }))
    for (const path of paths) print(`${`${word}:`.padEnd(10)}${harmlessText(path)}`);
  if (!isChanged(edited)) print("Nothing had to be changed.");
  return { kind: edited.before.kind, changed: isChanged(edited), added, replaced, removed, lost };
}
