// Shelf: each event as lines for a person, one file a subject.
// In: events of the core and of the command line itself.
// Out: lines on a `Terminal`.

import type { CliEvent } from "../../cli-event.ts";
import { renderConnect } from "./render-connect.ts";
import { renderEfuse } from "./render-efuse.ts";
import { renderFlash } from "./render-flash.ts";
import { renderNand } from "./render-nand.ts";
import { renderTrace } from "./render-trace.ts";
import type { RenderContext } from "./render-types.ts";

/**
 * Events as text for a person. The sentences of each kind of event are in `render-connect.ts`, `render-flash.ts` and
 * `render-trace.ts`; several of them are markers that scripts look for (fact sheet 8).
 */
export function createRenderer(context: RenderContext): (event: CliEvent) => void {
  const handlers: Handlers = {
    ...renderConnect(context),
    ...renderFlash(context),
    ...renderNand(context),
    ...renderEfuse(context),
    ...renderTrace(context),
  };
  return (event) => {
    // One handler per kind of event, each for its own: the lookup by `type` is what guarantees it.
    const handle = handlers[event.type] as (event: CliEvent) => void;
    handle(event);
  };
}

type Handlers = { readonly [Type in CliEvent["type"]]: (event: Extract<CliEvent, { type: Type }>) => void };
