import type { EspEvent } from "../events.ts";
import type { Lines } from "./lines.ts";

type Verdict = Extract<EspEvent, { readonly type: "efuse.burned" }>["verdict"];
type Reason = Extract<EspEvent, { readonly type: "efuse.reburn" }>["reason"];

/** Burning; several of these lines are markers that scripts look for (fact sheet efuse-secure A3). */
export const EFUSE_LINES: Lines<"efuse.burning" | "efuse.reburn" | "efuse.burned" | "efuse.rereading"> = {
  "efuse.burning": ({ postponed }) => (postponed ? "Burn postponed eFuses from BLOCK0." : null),
  "efuse.reburn": ({ block, attempt, reason }) => `Repeat burning BLOCK${block} (#${attempt})${REASONS[reason]}.`,
  "efuse.burned": ({ block, verdict }) => {
    const lines = VERDICTS[verdict];
    // Of BLOCK0 only single fields can be hidden.
    const more = verdict === "hidden" && block === 0 ? [] : lines.slice(1);
    return [`BURN BLOCK${String(block).padEnd(2)} - ${lines[0]}`, ...more].join("\n");
  },
  "efuse.rereading": () => "Reading updated eFuses...",
};

const REASONS: Readonly<Record<Reason, string>> = {
  "missing-bits": ": bits are missing",
  damaged: ": the chip reports errors",
  "no-answer": ": the chip did not answer",
};

const VERDICTS: Readonly<Record<Verdict, readonly [first: string, ...more: string[]]>> = {
  equal: ["OK (write block == read block)"],
  "all-bits-set": ["OK (all write block bits are set)"],
  hidden: ["burned, but not verified: it is read-protected, so it cannot be read back.", "Read all '0'"],
  "still-damaged": ["burned again, but the chip still reports errors in it."],
  "download-disabled": [
    "burned, but not verified: the chip does not answer any more.",
    "That is expected, because download mode was disabled.",
  ],
  "secure-download": [
    "burned, but not verified: eFuses cannot be read any more.",
    "That is expected, because Secure Download Mode was enabled.",
  ],
};
