import type { RunCommand } from "../../context.ts";
import { checkOutput, writePrecious } from "../../host/user-files.ts";
import { hex32, rate, seconds } from "../../show/numbers.ts";
import { tableFromFile } from "../by-name/chip-table.ts";
import { rangeOfLine } from "../by-name/range-of-line.ts";
import { isNand, nandOptions, noteIgnored } from "../nand.ts";
import { spiConnection } from "../spi-connection.ts";
import { warnDecimalAddress } from "../warn-address.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { knownContents } from "./known-contents.ts";

export const run: RunCommand = async (context) => {
  warnDecimalAddress(context, context.arguments.typed("ADDRESS"));
  const table = await tableFromFile(context);
  const nand = isNand(context.options) ? nandOptions(context) : null;
  if (nand !== null) noteIgnored(context, ["flash-size", "no-skip"]);
  const output = context.arguments.text("OUTPUT");
  await checkOutput(context.host, output);
  return await withSession(context, async (session) => {
    const { readFlash, readNand } = await import("../../../index.ts");
    const { options, signal } = context;
    const range = await rangeOfLine(context, session, table);
    const skip = !options.flag("no-skip");
    const known = skip && nand === null ? await knownContents(context.host, output, range.sizeBytes) : undefined;
    const nor = { flashSize: options.text("flash-size") ?? "keep", ...spiConnection(options), skip, known, signal };
    const { data, address, elapsedMs } =
      nand === null ? await readFlash(session, range, nor) : await readNand(session, range, nand);
    await writePrecious(context.host, output, data, { what: "What was read" });
    const speed = `${seconds(elapsedMs)}${rate(data.length, elapsedMs)}`;
    context.print(`Read ${data.length} bytes from ${hex32(address)} in ${speed} to '${output}'.`);
    return { ...sessionFields(session), address, sizeBytes: data.length, elapsedMs, output };
  });
};
