import type { RunCommand } from "../../context.ts";
import { editImage } from "./edit-image.ts";

export const run: RunCommand = async (context) =>
  await editImage(context, { remove: context.arguments.words.map((word) => word.replace(/^\/+|\/+$/g, "")) });
