import { libraryLines } from "./render-lines.ts";
import type { Handles, RenderContext } from "./render-types.ts";

type EfuseEvents = "efuse.burning" | "efuse.reburn" | "efuse.burned" | "efuse.rereading";

/** Burning. */
export function renderEfuse(context: RenderContext): Handles<EfuseEvents> {
  const { line } = libraryLines(context);
  return { "efuse.burning": line, "efuse.reburn": line, "efuse.burned": line, "efuse.rereading": line };
}
