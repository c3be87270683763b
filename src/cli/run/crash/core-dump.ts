import type { CoreDump } from "../../../crash.ts";
import { EspError } from "../../../index.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../../context.ts";
import { checkOutput, readInput, writeOutput } from "../../host/user-files.ts";
import { tableFromFile, tableOf } from "../by-name/chip-table.ts";
import { localEngine } from "../explain/decoding-engine.ts";
import { Explainer } from "../explain/explainer.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const { arguments: words, host, options, print } = context;
  const save = options.text("save");
  const explainer = new Explainer(context, await localEngine());
  explainer.listen(context.print);
  await explainer.openGiven();
  if (save !== undefined) await checkOutput(host, save);
  const file = words.typed("FILE") === "" ? null : words.text("FILE");
  const { source, bytes } = file === null ? await fromChip(context) : await fromFile(context, file);
  const { coreDumpText } = await import("../../../crash.ts");
  const dump = await explainer.coreDump(bytes);
  for (const line of coreDumpText(dump)) print(line);
  if (dump.checksum === "wrong" || dump.checksum === "missing") warnDamaged(context, dump);
  if (save !== undefined) {
    await writeOutput(host, save, elfOf(dump));
    print(`Wrote the dump to '${save}'.`);
  }
  const { elf, ...fields } = dump;
  return { ...source, ...fields, hasElf: elf !== null, saved: save ?? null };
};

interface Found {
  readonly source: Readonly<Record<string, unknown>>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const MARKED = /={3,} CORE DUMP START ={3,}/;

/** A log, or the dump itself. Throws `file.*`. */
async function fromFile({ host }: RunContext, file: string): Promise<Found> {
  const { coreDumpInLog } = await import("../../../crash.ts");
  const bytes = await readInput(host, file);
  const text = new TextDecoder("latin1").decode(bytes);
  if (MARKED.test(text)) return { source: { file }, bytes: coreDumpInLog(text) ?? new Uint8Array(0) };
  return { source: { file }, bytes };
}

async function fromChip(context: RunContext): Promise<Found> {
  const { options, signal } = context;
  const file = await tableFromFile(context);
  return await withSession(context, async (session) => {
    const { readCoreDumpPartition } = await import("../../../partition.ts");
    const { partitions } = await tableOf(context, session, file);
    const bytes = await readCoreDumpPartition(session, partitions, { ...spiConnection(options), signal });
    return { source: sessionFields(session), bytes };
  });
}

function warnDamaged({ emit }: RunContext, { checksum, missingBytes }: CoreDump): void {
  const message =
    checksum === "missing"
      ? `The core dump is incomplete: ${missingBytes} bytes of it are missing. Tasks and memory behind its end are not told of.`
      : "The checksum of the core dump is wrong: it was damaged on its way, or while it was written.";
  emit({ session: CLI_SESSION, type: "warning", code: "core-dump.damaged", message, details: {} });
}

function elfOf({ elf, version }: CoreDump): Uint8Array {
  if (elf !== null) return elf;
  throw new EspError("image.invalid", `A core dump of version ${version} is no ELF file, and none is made of it.`, {
    hint: "Leave out --save; programs built with newer versions of ESP-IDF save ELF files.",
  });
}
