import type { RunCommand } from "../../context.ts";
import { writeNvsImage } from "./make-image.ts";
import { imageOutput } from "./nvs-output.ts";

export const run: RunCommand = async (context) => await writeNvsImage(context, imageOutput(context), null);
