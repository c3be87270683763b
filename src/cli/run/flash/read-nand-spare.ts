import type { RunCommand } from "../../context.ts";
import { nandOptions } from "../nand.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const nand = nandOptions(context);
  return await withSession(context, async (session) => {
    const { readNandSpare } = await import("../../../index.ts");
    const spare = await readNandSpare(session, context.arguments.number("PAGE"), nand);
    const word = spare.firstWord.toString(16).padStart(8, "0");
    context.print(`NAND spare for page ${spare.page}: first word 0x${word}`);
    return { ...sessionFields(session), ...spare };
  });
};
