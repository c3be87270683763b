import { EspError, type FileSystemKind } from "../../../filesystem.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { writeOutput } from "../../host/user-files.ts";
import { sessionFields } from "../with-session.ts";
import { writePartition } from "./edit-image.ts";
import { allLocalFiles, type LocalFiles } from "./local-files.ts";
import { withRange } from "./read-image.ts";

export const run: RunCommand = async (context) => {
  const { host, options, print } = context;
  const sources = [context.arguments.text("SOURCE"), ...options.list("add")];
  const output = context.arguments.text("OUTPUT");
  const kind = kindOf(context);
  refuseOthers(context, kind);
  const sizeBytes = options.number("size");
  const isOnChip = output.startsWith("@");
  if (isOnChip !== (sizeBytes === undefined)) throw sizeConflict(isOnChip);
  const local = await allLocalFiles(context, sources);
  const told = { kind, files: local.files.length };
  if (sizeBytes !== undefined) {
    const image = await makeImage(context, kind, local, sizeBytes);
    await writeOutput(host, output, image);
    print(`Wrote a file system with ${countText(local)} to '${output}', ${image.length} bytes.`);
    return { output, sizeBytes: image.length, ...told };
  }
  return await withRange(context, output, async (session, range) => {
    const image = await makeImage(context, kind, local, range.sizeBytes);
    const written = await writePartition(context, session, range, image);
    const { name: partition, address } = range;
    return { ...sessionFields(session), partition, address, sizeBytes: range.sizeBytes, ...told, ...written };
  });
};

function countText({ files }: LocalFiles): string {
  return files.length === 1 ? "one file" : `${files.length} files`;
}

/** Which options are about which file system. */
const OWN_OPTIONS: Readonly<Record<FileSystemKind, readonly string[]>> = {
  littlefs: ["block-size", "name-length", "inline-size", "disk-version"],
  spiffs: ["block-size", "page-size", "name-length", "meta-length"],
  fat: ["sector-size", "cluster-size", "fat-count", "root-entries", "long-names", "raw", "safe-mode"],
};

function kindOf({ options }: RunContext): FileSystemKind {
  const kind = options.text("kind");
  // The declaration of the option allows these words only.
  if (kind !== undefined) return kind as FileSystemKind;
  throw new EspError("argument.invalid", "Which file system it is to be is not said.", {
    hint: "Add --kind littlefs, --kind spiffs or --kind fat: what the firmware mounts.",
  });
}

function refuseOthers({ options }: RunContext, kind: FileSystemKind): void {
  const others = Object.values(OWN_OPTIONS)
    .flat()
    .filter((name) => !OWN_OPTIONS[kind].includes(name));
  const wrong = others.find((name) => options.given(name));
  if (wrong !== undefined)
    throw new EspError("argument.conflict", `--${wrong} has nothing to do with --kind ${kind}.`, {
      hint: `Leave it out; ${kind} takes ${OWN_OPTIONS[kind].map((name) => `--${name}`).join(", ")}.`,
    });
}

function sizeConflict(isOnChip: boolean): EspError {
  return isOnChip
    ? new EspError("argument.conflict", "A partition of the chip has its own size.", { hint: "Leave --size out." })
    : new EspError("argument.invalid", "How large the image is to be is not said.", {
        hint: "Add --size, with the size that the partition table has for the partition.",
      });
}

async function makeImage(
  { options }: RunContext,
  kind: FileSystemKind,
  { files, directories }: LocalFiles,
  sizeBytes: number,
): Promise<Uint8Array> {
  const { makeFat, makeLittleFs, makeSpiffs } = await import("../../../filesystem.ts");
  const nameBytes = options.number("name-length");
  const blockBytes = options.number("block-size");
  if (kind === "littlefs") {
    const inlineBytes = options.number("inline-size");
    const version = options.text("disk-version") === "2.0" ? "2.0" : "2.1";
    return makeLittleFs(files, { sizeBytes, blockBytes, nameBytes, inlineBytes, version, directories });
  }
  if (kind === "spiffs") {
    const pageBytes = options.number("page-size");
    const metaBytes = options.number("meta-length");
    return makeSpiffs(files, { sizeBytes, blockBytes, pageBytes, nameBytes, metaBytes });
  }
  return makeFat(files, {
    sizeBytes,
    sectorBytes: options.number("sector-size"),
    clusterBytes: options.number("cluster-size"),
    fatCopies: options.number("fat-count"),
    rootEntries: options.number("root-entries"),
    longNames: options.flag("long-names"),
    wearLevelling: !options.flag("raw"),
    safeMode: options.flag("safe-mode"),
    directories,
  });
}
