import { systemClock } from "../../../src/core/clock.ts";
import type { ImprovClient } from "../../../src/improv.ts";
import { bytes, neverAborts } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const clock = whole({ ...systemClock });

/** What a client does is called, too: with nobody at the other end it says so. */
async function ask(improv: ImprovClient): Promise<void> {
  improv.through(() => undefined).push(bytes());
  improv.close();
  await improv.info({ signal: neverAborts() }).catch(() => undefined);
}

export const IMPROV: RightCalls = {
  encodeImprovFrame: { args: () => [{ type: "command", command: 5, payload: bytes() }] },
  improvClient: {
    args: () => [{ write: async () => true, clock, onState: () => undefined }],
    after: ask,
  },
  improvReader: { args: () => [{ frame: () => undefined, text: () => undefined }, { clock }] },
};
