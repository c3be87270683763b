import type { EspEvent } from "../../../index.ts";
import type { Handles, RenderContext } from "./render-types.ts";

type EfuseEvents = "efuse.burning" | "efuse.reburn" | "efuse.burned" | "efuse.rereading";
type Verdict = Extract<EspEvent, { type: "efuse.burned" }>["verdict"];

/** Burning; several of these lines are markers that scripts look for (fact sheet efuse-secure A3). */
export function renderEfuse({ terminal }: RenderContext): Handles<EfuseEvents> {
  return {
    "efuse.burning": ({ postponed }) => {
      if (postponed) terminal.line("Burn postponed eFuses from BLOCK0.");
    },
    "efuse.reburn": ({ block, attempt, reason }) =>
      terminal.line(`Repeat burning BLOCK${block} (#${attempt})${REASONS[reason]}.`),
    "efuse.burned": ({ block, verdict }) => {
      for (const line of burnedLines(`BLOCK${String(block).padEnd(2)}`, verdict)) terminal.line(line);
    },
    "efuse.rereading": () => terminal.line("Reading updated eFuses..."),
  };
}

const REASONS: Readonly<Record<Extract<EspEvent, { type: "efuse.reburn" }>["reason"], string>> = {
  "missing-bits": ": bits are missing",
  damaged: ": the chip reports errors",
  "no-answer": ": the chip did not answer",
};

function burnedLines(block: string, verdict: Verdict): readonly string[] {
  switch (verdict) {
    case "equal":
      return [`BURN ${block} - OK (write block == read block)`];
    case "all-bits-set":
      return [`BURN ${block} - OK (all write block bits are set)`];
    case "hidden":
      return [
        `BURN ${block} - burned, but not verified: it is read-protected, so it cannot be read back.`,
        // Of BLOCK0 only single fields can be hidden.
        ...(block === "BLOCK0 " ? [] : ["Read all '0'"]),
      ];
    case "still-damaged":
      return [`BURN ${block} - burned again, but the chip still reports errors in it.`];
    case "download-disabled":
      return [
        `BURN ${block} - burned, but not verified: the chip does not answer any more.`,
        "That is expected, because download mode was disabled.",
      ];
    case "secure-download":
      return [
        `BURN ${block} - burned, but not verified: eFuses cannot be read any more.`,
        "That is expected, because Secure Download Mode was enabled.",
      ];
  }
}
