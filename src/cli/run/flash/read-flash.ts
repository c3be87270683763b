import type { RunCommand, RunContext, RunResult } from "../../context.ts";
import { checkOutput, writePrecious } from "../../host/user-files.ts";
import { hex32, rate, seconds } from "../../show/numbers.ts";
import { type TableSource, tableFromFile } from "../by-name/chip-table.ts";
import { rangeOfLine } from "../by-name/range-of-line.ts";
import { isNand, nandOptions, noteIgnored } from "../nand.ts";
import { knownContents } from "../part/known-contents.ts";
import { prepareReadingInto } from "../part/read-into-file.ts";
import { spiConnection } from "../spi-connection.ts";
import { warnDecimalAddress } from "../warn-address.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  warnDecimalAddress(context, context.arguments.typed("ADDRESS"));
  const table = await tableFromFile(context);
  return isNand(context.options) ? await readFromNand(context, table) : await readFromNor(context, table);
};

async function readFromNor(context: RunContext, table: TableSource | null): Promise<RunResult> {
  const { host, options, print } = context;
  const output = context.arguments.text("OUTPUT");
  await checkOutput(host, output);
  const into = await prepareReadingInto(context, output);
  try {
    return await withSession(context, async (session) => {
      const range = await rangeOfLine(context, session, table);
      const skip = !options.flag("no-skip");
      const known = skip ? await knownContents(host, output, range.sizeBytes) : undefined;
      const nor = { flashSize: options.text("flash-size") ?? "keep", ...spiConnection(options), skip, known };
      const result = await into.read(session, range, nor);
      const { address, sizeBytes, resumedBytes, elapsedMs } = result;
      const speed = `${seconds(elapsedMs)}${rate(sizeBytes - resumedBytes, elapsedMs)}`;
      print(`Read ${sizeBytes} bytes from ${hex32(address)} in ${speed} to '${output}'.`);
      return { ...sessionFields(session), ...result, output };
    });
  } finally {
    await into.release();
  }
}

async function readFromNand(context: RunContext, table: TableSource | null): Promise<RunResult> {
  const { host, print } = context;
  const nand = nandOptions(context);
  noteIgnored(context, ["flash-size", "no-skip"]);
  const output = context.arguments.text("OUTPUT");
  await checkOutput(host, output);
  return await withSession(context, async (session) => {
    const { readNand } = await import("../../../index.ts");
    const range = await rangeOfLine(context, session, table);
    const { data, address, elapsedMs } = await readNand(session, range, nand);
    await writePrecious(host, output, data, { what: "What was read" });
    const speed = `${seconds(elapsedMs)}${rate(data.length, elapsedMs)}`;
    print(`Read ${data.length} bytes from ${hex32(address)} in ${speed} to '${output}'.`);
    return { ...sessionFields(session), address, sizeBytes: data.length, elapsedMs, output };
  });
}
