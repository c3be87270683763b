import { describe, expect, it } from "vitest";
import type { EspEvent, EventBody } from "../../../index.ts";
import { styleOf } from "../style.ts";
import { Terminal } from "../terminal.ts";
import { createRenderer } from "./render.ts";

function lines(...bodies: readonly EventBody[]): string[] {
  let text = "";
  const stream = {
    write: (more: string): void => {
      text += more;
    },
    isTTY: false,
    columns: 120,
  };
  const render = createRenderer({
    terminal: new Terminal(stream, { rewrites: false }),
    style: styleOf(stream, {}),
    command: "burn-efuse",
    showProgress: true,
    now: () => 0,
  });
  for (const body of bodies) render({ session: "s", ...body } as EspEvent);
  return text.split("\n").slice(0, -1);
}

type Verdict = Extract<EventBody, { type: "efuse.burned" }>["verdict"];
const burned = (block: number, verdict: Verdict): EventBody => ({
  type: "efuse.burned",
  block,
  name: "BLOCK",
  attempts: 1,
  verdict,
});

// The markers of fact sheet efuse-secure A3.
describe("a burn", () => {
  it("that was read back is OK", () => {
    expect(lines(burned(3, "equal"), burned(10, "equal"), burned(0, "all-bits-set"))).toEqual([
      "BURN BLOCK3  - OK (write block == read block)",
      "BURN BLOCK10 - OK (write block == read block)",
      "BURN BLOCK0  - OK (all write block bits are set)",
    ]);
  });

  it.each(["hidden", "download-disabled", "secure-download", "still-damaged"] as const)("%s is not", (verdict) => {
    expect(lines(burned(4, verdict)).join("\n")).not.toMatch(/OK/);
    expect(lines(burned(4, verdict)).length).toBeGreaterThan(0);
  });

  it("of what was postponed is announced, and of nothing else", () => {
    const burning = (postponed: boolean): EventBody => ({ type: "efuse.burning", block: 0, name: "BLOCK0", postponed });
    expect(lines(burning(false), burning(true), { type: "efuse.rereading" })).toEqual([
      "Burn postponed eFuses from BLOCK0.",
      "Reading updated eFuses...",
    ]);
  });

  it("that is repeated says so", () => {
    const again = { type: "efuse.reburn", block: 0, name: "BLOCK0", attempt: 2, reason: "missing-bits" } as const;
    expect(lines(again)[0]).toContain("Repeat burning BLOCK0 (#2)");
  });
});
