import type { RunCommand } from "../../context.ts";
import { nandOptions } from "../nand.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = async (context) => {
  const nand = nandOptions(context);
  return await withSession(context, async (session) => {
    const { writeNandSpare } = await import("../../../index.ts");
    const isBad = context.arguments.text("IS_BAD") === "1";
    const spare = await writeNandSpare(session, context.arguments.number("PAGE"), isBad, nand);
    context.print(`NAND spare for page ${spare.page}: marked as ${isBad ? "bad" : "good"}.`);
    return { ...sessionFields(session), ...spare };
  });
};
