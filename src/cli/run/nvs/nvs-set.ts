import { EspError, type NvsContents, type NvsType, readNvsValue } from "../../../nvs.ts";
import type { RunCommand } from "../../context.ts";
import { editTarget } from "./nvs-target.ts";

export const run: RunCommand = async (context) => {
  const namespace = context.arguments.text("NAMESPACE");
  const key = context.arguments.text("KEY");
  const text = context.arguments.text("VALUE");
  return await editTarget(context, (contents) => {
    // The declaration of the option allows these words only.
    const type = (context.options.text("type") as NvsType | undefined) ?? typeThere(contents, namespace, key);
    return [{ kind: "set", entry: { namespace, key, ...readNvsValue(type, text) } }];
  });
};

function typeThere({ entries, damaged }: NvsContents, namespace: string, key: string): NvsType {
  const found = [...entries, ...damaged].find((entry) => entry.namespace === namespace && entry.key === key);
  if (found !== undefined) return found.type;
  throw new EspError("argument.invalid", `The key '${key}' is not there yet, so its type has to be given.`, {
    hint: "Add --type, with the type that the firmware reads.",
    details: { namespace, key },
  });
}
