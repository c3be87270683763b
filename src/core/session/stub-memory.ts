import type { AddressWindow } from "../chip/types.ts";
import { loadStub, stubName } from "../stub/load-stub.ts";
import type { LiveSession } from "./session.ts";

/** A part of RAM that the running stub lives in. */
export interface StubRegion extends AddressWindow {
  /** `buffers`: its variables, which have no contents before it runs. */
  readonly holds: "code" | "data" | "buffers";
}

/**
 * Where the stub of this session lives; empty without one. A stub that ran already when the session began is taken for
 * the current one: all of a chip's stubs live at nearly the same place.
 */
export async function stubMemory(session: LiveSession): Promise<readonly StubRegion[]> {
  if (session.loader !== "stub") return [];
  const name = stubName(session.chip, session.identity?.revision ?? 0);
  if (name === null) return [];
  const {
    segments: [text, data, ...plugins],
    bssStart,
  } = await loadStub(name, session.plugins);
  if (text === undefined || data === undefined) return [];
  return [
    { holds: "code", start: text.address, end: text.address + text.data.length },
    { holds: "data", start: data.address, end: data.address + data.data.length },
    ...plugins.map((code) => ({ holds: "code" as const, start: code.address, end: code.address + code.data.length })),
    // They stand below its data (fact sheet 3.8).
    ...(bssStart === null ? [] : [{ holds: "buffers" as const, start: bssStart, end: data.address }]),
  ];
}
