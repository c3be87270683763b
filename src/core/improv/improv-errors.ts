import { EspError } from "../errors.ts";
import type { ImprovCommand, ImprovErrorName } from "./improv-frame.ts";

const DOING: Readonly<Record<ImprovCommand, string>> = {
  wifi: "to join the network",
  state: "for its state",
  info: "what it is",
  scan: "for networks",
  "host-name": "for its host name",
  "device-name": "for its name",
  network: "how it is connected",
};

export function silentError(command: ImprovCommand, timeoutMs: number): EspError {
  return new EspError(
    "improv.timeout",
    `The device was asked ${DOING[command]} and did not answer within ${timeoutMs / 1000} s.`,
    {
      hint: "Its firmware may know nothing of Improv, or be busy starting. Reset the board and ask again.",
      details: { command, timeoutMs },
    },
  );
}

const MEANINGS: Readonly<Record<ImprovErrorName, string>> = {
  none: "nothing is wrong",
  "invalid-packet": "the question arrived damaged",
  "unknown-command": "its firmware does not know this question",
  "unable-to-connect": "it could not join the network",
  "not-authorized": "it wants to be authorised first",
  "bad-hostname": "this is no host name",
  unknown: "something went wrong",
};

/** What a device answered that refuses. */
export function refusedError(command: ImprovCommand, reason: ImprovErrorName, value: number): EspError {
  if (reason === "unable-to-connect")
    return new EspError("improv.cannot-connect", "The device could not join the network.", {
      hint: "Check the name and the password, and whether the network is in reach and has 2.4 GHz.",
      details: { command, reason },
    });
  return new EspError("improv.refused", `The device was asked ${DOING[command]}; it says that ${MEANINGS[reason]}.`, {
    details: { command, reason, value },
  });
}

export function awayError(): EspError {
  return new EspError("port.lost", "The device is away, so it cannot be asked.", {
    hint: "Plug it in again, or wait until it is back.",
  });
}
