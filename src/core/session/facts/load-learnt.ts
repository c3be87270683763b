import { toHex } from "../../bytes/hex.ts";
import { checkBytes } from "../../check/bytes.ts";
import { systemClock } from "../../clock.ts";
import { host } from "../../host.ts";
import { loadPart } from "../../load-part.ts";
import type { ConnectOptions, LiveSession } from "../session.ts";
import type { Board, FactMemory } from "./what-was-learnt.ts";

/** The rules of what is remembered of boards and adapters, and where it is. */
export type Learnt = typeof import("./what-was-learnt.ts") & { readonly memory: FactMemory };

/**
 * Null where nothing is remembered: most pages give no memory. With one it is loaded before the first reset, so that a write has
 * it at hand. Throws `package.part-missing`.
 */
export async function loadLearnt({ memory }: ConnectOptions): Promise<Learnt | null> {
  if (memory === undefined) return null;
  const part = await loadPart("what is remembered of boards", () => import("./what-was-learnt.ts"));
  return { ...part, memory: part.factMemory(memory, { host, clock: systemClock, checkBytes }) };
}

/** Null: it cannot be told. */
export function boardOf({ chip, mac, link }: Pick<LiveSession, "chip" | "mac" | "link">): Board | null {
  return mac === null ? null : { chip: chip.id, mac: toHex(mac.base), adapter: link.port.info };
}
