import { libraryLines } from "./render-lines.ts";
import type { Handles, RenderContext } from "./render-types.ts";

type NandEvents =
  | "nand.attaching"
  | "nand.attached"
  | "nand.block-skipped"
  | "nand.block-marked"
  | "nand.block-mismatched"
  | "nand.erased";

/** What only NAND flash has to say; the rest is as for other flash. */
export function renderNand(context: RenderContext): Handles<NandEvents> {
  const { line, keep } = libraryLines(context);
  return {
    "nand.attaching": line,
    "nand.attached": line,
    "nand.block-skipped": keep,
    "nand.block-marked": keep,
    "nand.block-mismatched": keep,
    "nand.erased": keep,
  };
}
