import type { EspEvent, ProgressEvent } from "../../src/index.ts";
import type { TextKey } from "../texts/texts.ts";

const PHASES: Readonly<Record<ProgressEvent["phase"], TextKey | null>> = {
  write: "writing",
  read: "reading",
  verify: "checking",
  erase: "erasing",
  upload: null,
};
const TYPES: Readonly<Partial<Record<EspEvent["type"], TextKey>>> = {
  "write.file": "writing",
  "write.erasing": "erasing",
  "write.erased": "writing",
  "verify.started": "checking",
  "erase.started": "erasing",
};

/** What is done from this event on, while flash is changed; null: it does not say. */
export function stepOf(event: EspEvent): TextKey | null {
  return event.type === "progress" ? PHASES[event.phase] : (TYPES[event.type] ?? null);
}
