import { type EspEvent, renderEvent } from "../../../index.ts";
import type { RenderContext } from "./render-types.ts";

/** The library's own lines, where a terminal shows them as a log does. */
export function libraryLines({ terminal }: Pick<RenderContext, "terminal">): {
  readonly line: (event: EspEvent) => void;
  readonly keep: (event: EspEvent) => void;
} {
  const each = (event: EspEvent, show: (line: string) => void): void => {
    for (const line of renderEvent(event)?.split("\n") ?? []) show(line);
  };
  return {
    line: (event) => each(event, (line) => terminal.line(line)),
    keep: (event) => each(event, (line) => terminal.keep(line)),
  };
}
