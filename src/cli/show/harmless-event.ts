import type { CliEvent } from "../cli-event.ts";
import { harmlessText } from "./harmless-text.ts";

/** The event with every text in it harmless; its own names and codes have nothing to be changed. */
export function harmlessEvent(event: CliEvent): CliEvent {
  return harmless(event) as CliEvent;
}

function harmless(value: unknown): unknown {
  if (typeof value === "string") return harmlessText(value);
  if (Array.isArray(value)) return value.map(harmless);
  if (!isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, harmless(entry)]));
}

/** Bytes, errors and the like stay what they are: rendering makes hex or nothing of them. */
function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
