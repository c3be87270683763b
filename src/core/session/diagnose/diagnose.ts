// Shelf: why no chip answered.
// In: what was heard while connecting.
// Out: one diagnosis: what it means, what to do.

import type { ChipDescriptor } from "../../chip/types.ts";
import type { Remedy } from "../../remedy.ts";
import { findBootLog } from "./boot-log.ts";
import type { ConnectDiagnosis, ConnectEvidence, Verdict } from "./diagnosis.ts";
import { hangUpVerdict, networkSilenceVerdict } from "./network-verdicts.ts";

/** From evidence to what it means and what to do. Pure. */
export function diagnose(evidence: ConnectEvidence): ConnectDiagnosis {
  const verdict =
    portVerdict(evidence) ??
    echoVerdict(evidence) ??
    bootVerdict(evidence) ??
    panicVerdict(evidence) ??
    noiseVerdict(evidence) ??
    silenceVerdict(evidence);
  return { port: evidence.port, tried: tried(evidence), ...verdict, remedies: verdict.remedies ?? [] };
}

function tried(evidence: ConnectEvidence): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of evidence.resets) counts.set(name, (counts.get(name) ?? 0) + 1);
  const resets = [...counts].map(([name, count]) => `${name} x ${count}`);
  return [...resets, `${evidence.syncs} synchronisations at ${evidence.baudRate} baud`];
}

const BY_HAND: readonly Remedy[] = ["connect-without-reset"];

/** How a person puts the chip into download mode by hand. */
function byHand(chip: ChipDescriptor | null): string {
  const pin = chip?.bootStrap ? ` (${chip.bootStrap.gpio} to ground)` : "";
  return `Hold BOOT${pin}, tap RESET, release BOOT, then connect without a reset.`;
}

function portVerdict(evidence: ConnectEvidence): Verdict | null {
  const { losses } = evidence;
  if (losses === 0) return null;
  if (evidence.network !== undefined) return hangUpVerdict(evidence);
  return {
    code: "connect.port-lost",
    heard: [`the port disappeared ${losses} time${losses === 1 ? "" : "s"}`],
    likely: "The chip restarts in a loop with its own USB port, or the cable has a bad contact.",
    advice: [
      "Try another cable and a port directly on the computer.",
      "Hold BOOT while plugging in, so that the chip starts in download mode and stays there.",
    ],
  };
}

/** Head of our own SYNC request, as it comes back when RX and TX are connected. */
const OWN_SYNC: readonly number[] = [0x00, 0x08, 0x24, 0x00];

function echoVerdict({ noise }: ConnectEvidence): Verdict | null {
  for (let at = 0; at + OWN_SYNC.length <= noise.length; at++)
    if (OWN_SYNC.every((byte, index) => noise[at + index] === byte))
      return {
        code: "connect.echo",
        heard: ["what was sent came back unchanged"],
        likely: "RX and TX are connected to each other, or something between echoes every byte.",
        advice: ["Check the wiring: the adapter's TX goes to the chip's RX, its RX to the chip's TX."],
      };
  return null;
}

function bootVerdict(evidence: ConnectEvidence): Verdict | null {
  const log = findBootLog(evidence.text);
  if (log === null) return null;
  const mode = log.bootMode === null ? "unknown" : `0x${log.bootMode.toString(16)}`;
  const heard = [`boot:${mode}${log.bootName === null ? "" : ` (${log.bootName})`} in the boot log`];
  if (log.download)
    return {
      code: "connect.no-reply-in-download-mode",
      heard,
      likely: "Download mode successfully detected, but getting no sync reply: The serial TX path seems to be down.",
      advice: [
        "Check the wire from the adapter's TX to the chip's RX, and its voltage level.",
        "Remove whatever else is connected to the chip's RX pin.",
      ],
    };
  return {
    code: "connect.wrong-boot-mode",
    heard,
    likely: `Wrong boot mode detected (${mode})! The chip needs to be in download mode. The reset line works, the boot line does not.`,
    advice: [byHand(evidence.chip), "If that works, the board has no (or a slow) auto-program circuit."],
    remedies: BY_HAND,
  };
}

function panicVerdict(evidence: ConnectEvidence): Verdict | null {
  const { panic } = evidence;
  if (panic === null) return null;
  return {
    code: "connect.wrong-boot-mode",
    heard: [`a crash of the application: ${panic}`],
    likely: "The chip runs its application and does not react to the reset lines.",
    advice: [byHand(evidence.chip)],
    remedies: BY_HAND,
  };
}

/** This share of printable characters makes noise a text. */
const TEXT_SHARE = 0.85;

function noiseVerdict(evidence: ConnectEvidence): Verdict | null {
  const { text } = evidence;
  if (evidence.noiseTotal === 0 || text.length === 0) return null;
  const printable = [...text].filter((character) => character !== ".").length / text.length;
  const lastLine =
    text
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== "")
      .at(-1) ?? "";
  if (printable >= TEXT_SHARE)
    return {
      code: "connect.wrong-boot-mode",
      heard: [`${evidence.noiseTotal} bytes of text, the last line: ${JSON.stringify(lastLine.slice(0, 80))}`],
      likely: evidence.resetSuppressed
        ? "The chip runs its application, not the loader."
        : "The chip runs its application; the reset or boot line does not reach it.",
      advice: [byHand(evidence.chip)],
      remedies: BY_HAND,
    };
  return {
    code: "connect.garbage",
    heard: [`${evidence.noiseTotal} bytes that make no sense at ${evidence.baudRate} baud`],
    likely:
      "Something talks at another baud rate: an application, the 74880 baud boot log of a chip with a 26 MHz crystal, or another device.",
    advice: [
      "Check that this is the right port.",
      byHand(evidence.chip),
      "A bad ground connection or a wrong supply voltage looks the same: check both.",
    ],
    remedies: BY_HAND,
  };
}

function silenceVerdict(evidence: ConnectEvidence): Verdict {
  if (evidence.network !== undefined) return networkSilenceVerdict(evidence, byHand(evidence.chip));
  const lines = evidence.linesUnsupported ? ["the port has no DTR and RTS lines, so the chip was not reset"] : [];
  return {
    code: "connect.silence",
    heard: ["No serial data received.", ...lines],
    likely: evidence.linesUnsupported
      ? "The chip is not in download mode, and this port cannot put it there."
      : "Nothing is connected, the chip has no power, or the wrong port was chosen.",
    advice: [
      byHand(evidence.chip),
      "Check power, ground and the TX and RX wires; a charge-only USB cable carries no data.",
      "See which ports there are.",
    ],
    remedies: [...BY_HAND, "list-ports"],
  };
}
