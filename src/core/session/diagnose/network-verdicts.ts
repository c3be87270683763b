import { findBootLog } from "./boot-log.ts";
import type { ConnectEvidence, Verdict } from "./diagnosis.ts";

/** Ports at the other end of a network: nobody knows what cable there is, but a server that may be busy. */

const CLOSE_OTHER = "Close the other program that is connected there; most such servers serve one client at a time.";

/** Hung up by the server, be it at once or after a word: it takes no second client, or has lost its device. */
export function hangUpVerdict({ losses, text, noiseTotal }: ConnectEvidence): Verdict {
  const times = `the connection was closed by the server ${losses} time${losses === 1 ? "" : "s"}`;
  if (findBootLog(text) !== null)
    return {
      code: "connect.port-lost",
      heard: [`${times}, after the chip was heard`],
      likely: "The server, or the network in between, does not keep the connection.",
      advice: ["Look at what the server says.", CLOSE_OTHER],
    };
  const said = text.trim().slice(0, 80);
  return {
    code: "port.busy",
    heard: [times, noiseTotal === 0 ? "nothing was received before" : `it said ${JSON.stringify(said)}`],
    likely: "The server hung up: it is busy with another client, or its own device is missing.",
    advice: [CLOSE_OTHER, "Look at what the server says, and whether its device is there."],
  };
}

/** Connected, and not a byte came. `byHand`: how the chip gets into download mode. */
export function networkSilenceVerdict({ network, linesUnsupported }: ConnectEvidence, byHand: string): Verdict {
  const resets = network === "rfc2217" && !linesUnsupported;
  return {
    code: "connect.silence",
    heard: [
      "No serial data received.",
      ...(resets ? [] : ["the connection has no DTR and RTS lines, so the chip was not reset"]),
    ],
    likely: resets
      ? "The server is connected to nothing that answers: the chip has no power, or it serves another device."
      : "The chip is not in download mode, or the server is busy with another client and lets this one wait.",
    advice: [
      CLOSE_OTHER,
      byHand,
      network === "tcp"
        ? "Check that the server's line has 115200 baud, 8 data bits and no parity; a plain connection cannot set it."
        : "Check at the server that it shares the right device, and that the board has power.",
    ],
    remedies: ["connect-without-reset"],
  };
}
