import type { RunCommand } from "../../context.ts";
import { checkOutput, writePrecious } from "../../host/user-files.ts";
import { nandOptions } from "../nand.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const blockCount = context.options.number("block-count");
  const nand = { ...nandOptions(context), ...(blockCount !== undefined && { blockCount }) };
  const output = context.arguments.text("OUTPUT");
  await checkOutput(context.host, output);
  return await withSession(context, async (session) => {
    const { dumpBadBlocks } = await import("../../../index.ts");
    const { map, badBlocks } = await dumpBadBlocks(session, nand);
    await writePrecious(context.host, output, map, { what: "What was read" });
    context.print(`Wrote ${map.length} bytes to '${output}'; bad blocks: ${badBlocks.length}.`);
    return { ...sessionFields(session), blocks: map.length, badBlocks, output };
  });
};
