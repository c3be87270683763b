import type { NvsEdit } from "../../../nvs.ts";
import type { RunCommand } from "../../context.ts";
import { readNvsInput } from "./nvs-input.ts";
import { editTarget } from "./nvs-target.ts";

export const run: RunCommand = async (context) => {
  const { entries } = await readNvsInput(context, context.arguments.text("INPUT"));
  const edits = entries.flatMap((entry): NvsEdit[] => (entry.type === "namespace" ? [] : [{ kind: "set", entry }]));
  const result = await editTarget(context, () => edits);
  return { ...result, entries: edits.length };
};
