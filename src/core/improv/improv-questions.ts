import { toUtf8 } from "../bytes/text.ts";
import { encodeImprovFrame, lengthAndText } from "./encode-frame.ts";
import {
  connectionOf,
  deviceInfoOf,
  type ImprovConnection,
  type ImprovDeviceInfo,
  type ImprovDeviceState,
  type ImprovNetwork,
  isProvisioned,
  networkOf,
  sortedNetworks,
  webAddressesIn,
} from "./improv-answers.ts";
import type { Heard, Question } from "./improv-exchange.ts";
import { IMPROV_COMMANDS, type ImprovCommand, type ImprovErrorName, type ImprovFrame } from "./improv-frame.ts";

/** How long devices may take (fact sheet web-and-webusb 12). A device gives up joining a network after 30 s itself. */
export const COMMAND_MS = 30_000;
export const WIFI_MS = 45_000;
export const DETECT_MS = 1500;
const REPEAT_MS = 1000;
/** The result follows its state at once; some devices have none. */
const RESULT_AFTER_STATE_MS = 1000;
/** Networks come one after the other; the end of them may be lost. */
const NEXT_NETWORK_MS = 3000;
const MOST_NETWORKS = 256;

/** What can be wrong with every question; the others belong to one. */
const GENERAL: ReadonlySet<ImprovErrorName> = new Set([
  "invalid-packet",
  "unknown-command",
  "not-authorized",
  "unknown",
]);

function questionBytes(command: ImprovCommand, payload: readonly number[] = []): Uint8Array<ArrayBuffer> {
  return encodeImprovFrame({ type: "command", command: IMPROV_COMMANDS[command], payload: Uint8Array.from(payload) });
}

function resultOf(frame: ImprovFrame, command: ImprovCommand): readonly string[] | null {
  return frame.type === "result" && frame.command === IMPROV_COMMANDS[command] ? frame.strings : null;
}

const whole = <T>(value: T): Heard<T> => ({ value, moreWithinMs: 0 });

/** A question that one result answers. */
function simpleQuestion<T>(
  command: ImprovCommand,
  read: (strings: readonly string[]) => T,
  payload?: readonly number[],
): Question<T> {
  return {
    command,
    bytes: questionBytes(command, payload),
    timeoutMs: COMMAND_MS,
    hear: (frame) => {
      const strings = resultOf(frame, command);
      return strings === null ? null : whole(read(strings));
    },
    isRefusal: (reason) => GENERAL.has(reason) || (reason === "bad-hostname" && payload !== undefined),
  };
}

export function infoQuestion(): Question<ImprovDeviceInfo> {
  return simpleQuestion("info", deviceInfoOf);
}

export function connectionQuestion(): Question<ImprovConnection> {
  return simpleQuestion("network", connectionOf);
}

export function nameQuestion(command: "host-name" | "device-name", name: string | undefined): Question<string> {
  return simpleQuestion(command, ([answer = ""]) => answer, name === undefined ? undefined : [...toUtf8(name)]);
}

export function stateQuestion(timeoutMs: number): Question<ImprovDeviceState> {
  let state: ImprovDeviceState = { state: "unknown", urls: [] };
  return {
    command: "state",
    bytes: questionBytes("state"),
    timeoutMs,
    repeatAfterMs: REPEAT_MS,
    hear: (frame) => {
      if (frame.type === "state") {
        state = { state: frame.name, urls: [] };
        return { value: state, moreWithinMs: isProvisioned(frame.value) ? RESULT_AFTER_STATE_MS : 0 };
      }
      // Without its state it would be of an earlier question.
      const urls = resultOf(frame, "state");
      return urls === null || state.state !== "provisioned" ? null : whole({ ...state, urls: webAddressesIn(urls) });
    },
    isRefusal: (reason) => GENERAL.has(reason),
  };
}

export function scanQuestion(): Question<ImprovNetwork[]> {
  const found: ImprovNetwork[] = [];
  return {
    command: "scan",
    bytes: questionBytes("scan"),
    timeoutMs: COMMAND_MS,
    hear: (frame) => {
      const strings = resultOf(frame, "scan");
      if (strings === null) return null;
      if (strings.length > 0) found.push(networkOf(strings));
      const isOver = strings.length === 0 || found.length >= MOST_NETWORKS;
      return { value: sortedNetworks(found), moreWithinMs: isOver ? 0 : NEXT_NETWORK_MS };
    },
    isRefusal: (reason) => GENERAL.has(reason),
  };
}

/**
 * `mayBeLate`: an attempt before was given up, and what it came to may still be told: then nothing counts before the device
 * has said that it begins.
 */
export function wifiQuestion(ssid: string, password: string, mayBeLate: boolean): Question<readonly string[]> {
  let hasBegun = false;
  return {
    command: "wifi",
    bytes: questionBytes("wifi", [...lengthAndText(ssid), ...lengthAndText(password)]),
    timeoutMs: WIFI_MS,
    hear: (frame) => {
      if (frame.type === "state") {
        hasBegun ||= frame.name === "provisioning";
        // Said before it has begun, it is how things were.
        return hasBegun && isProvisioned(frame.value) ? { value: [], moreWithinMs: RESULT_AFTER_STATE_MS } : null;
      }
      const urls = resultOf(frame, "wifi");
      return urls === null || (mayBeLate && !hasBegun) ? null : whole(webAddressesIn(urls));
    },
    isRefusal: (reason) => GENERAL.has(reason) || (reason === "unable-to-connect" && (hasBegun || !mayBeLate)),
  };
}
