import type { RunCommand } from "../../context.ts";
import { namesOf } from "./nvs-get.ts";
import { editTarget } from "./nvs-target.ts";

export const run: RunCommand = async (context) => {
  const [namespace = "", key] = namesOf(context);
  return await editTarget(context, () => [
    key === undefined ? { kind: "erase-namespace", namespace } : { kind: "erase", namespace, key },
  ]);
};
