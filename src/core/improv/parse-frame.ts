import { fromUtf8 } from "../bytes/text.ts";
import {
  FRAME_TYPES,
  IMPROV_ERRORS,
  IMPROV_STATES,
  type ImprovErrorName,
  type ImprovFrame,
  type ImprovState,
} from "./improv-frame.ts";

/** What a frame says whose header and sum are right. */
export function parseFrame(type: number, data: Uint8Array<ArrayBuffer>): ImprovFrame {
  return FORMS[type]?.(data) ?? { type: "malformed", kind: type, data };
}

type Form = (data: Uint8Array<ArrayBuffer>) => ImprovFrame | null;

const FORMS: Readonly<Record<number, Form>> = {
  [FRAME_TYPES.state]: ([value]) =>
    value === undefined ? null : { type: "state", value, name: nameOf<ImprovState>(IMPROV_STATES, value) },
  [FRAME_TYPES.error]: ([value]) =>
    value === undefined ? null : { type: "error", value, name: nameOf<ImprovErrorName>(IMPROV_ERRORS, value) },
  [FRAME_TYPES.command]: (data) => {
    const payload = payloadOf(data);
    return payload === null ? null : { type: "command", command: data[0] ?? 0, payload };
  },
  [FRAME_TYPES.result]: (data) => {
    const payload = payloadOf(data);
    const strings = payload === null ? null : stringsIn(payload);
    return strings === null ? null : { type: "result", command: data[0] ?? 0, strings };
  },
};

/** A command, the inner length, so many bytes. What follows them is left alone: older devices send one more sum. */
function payloadOf(data: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const length = data[1];
  return length === undefined || data.length < 2 + length ? null : data.subarray(2, 2 + length);
}

/** Texts, each behind its length; null where one is cut off. */
export function stringsIn(payload: Uint8Array): string[] | null {
  const strings: string[] = [];
  for (let at = 0; at < payload.length; ) {
    const end = at + 1 + (payload[at] ?? 0);
    if (end > payload.length) return null;
    strings.push(fromUtf8(payload.subarray(at + 1, end)));
    at = end;
  }
  return strings;
}

function nameOf<Name extends string>(names: Readonly<Record<string, number>>, value: number): Name {
  return (Object.entries(names).find(([, number]) => number === value)?.[0] ?? "unknown") as Name;
}
