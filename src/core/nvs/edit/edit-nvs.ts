// Shelf: changing a partition as firmware would: the least that flash has to do for it, in an order that survives power loss.
// In: the bytes of the partition, the edits.
// Out: steps for flash, and the image after them.

import { equalBytes } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional } from "../../check/check.ts";
import { oneOfKinds, shape } from "../../check/shapes.ts";
import { listOf } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { decryptPages } from "../crypt/crypt-pages.ts";
import { checkKey } from "../crypt/nvs-keys.ts";
import { checkEntry, checkNvsName } from "../make/check-entries.ts";
import type { NvsEntry } from "../nvs-values.ts";
import { PAGE_BYTES } from "../page/page-layout.ts";
import { eraseEntry, setEntry } from "./change-entry.ts";
import { NvsDraft } from "./nvs-draft.ts";
import type { NvsStep } from "./nvs-step.ts";
import { recover } from "./pages-of-draft.ts";

/** Firmware writes to no smaller partition. */
const LEAST_PAGES = 3;

export type NvsEdit =
  /** The value is there afterwards, whatever the key held before. */
  | { readonly kind: "set"; readonly entry: NvsEntry }
  | { readonly kind: "erase"; readonly namespace: string; readonly key: string }
  /** All keys of it. */
  | { readonly kind: "erase-namespace"; readonly namespace: string };

export interface EditNvsOptions {
  /** 64 bytes, where the partition is encrypted. */
  readonly keys?: Uint8Array | undefined;
}

export interface EditedNvs {
  /** The whole partition as it is after all steps. */
  readonly image: Uint8Array<ArrayBuffer>;
  /** None where everything is as asked already. Steps before the first that `destroys` can be repeated without harm. */
  readonly steps: readonly NvsStep[];
  /** Those of 4,096 bytes that are different afterwards. */
  readonly changedPages: readonly { readonly offset: number; readonly data: Uint8Array<ArrayBuffer> }[];
}

const checkEdit: Check<NvsEdit> = oneOfKinds<NvsEdit>({
  set: { kind: (value) => value as "set", entry: checkEntry },
  erase: { kind: (value) => value as "erase", namespace: checkNvsName, key: checkNvsName },
  "erase-namespace": { kind: (value) => value as "erase-namespace", namespace: checkNvsName },
});
const checkOptions: Check<EditNvsOptions> = shape<EditNvsOptions>({ keys: optional(checkKey) });

/**
 * What has to be done to flash for the edits, one after the other, and what is there then. New entries are appended, old ones
 * marked as erased; where no room is left, a page is copied without what was erased from it. At any point, a power loss within a
 * step included, firmware finds for each key the value before or after its edit, and all others.
 * `image`: all of the partition. Throws `nvs.bad-size`, `nvs.full`, `nvs.missing`, `nvs.value-too-long`, `nvs.damaged`, and
 * what `parseNvs` throws.
 *
 * @example
 * const entry = { namespace: "wifi", key: "ssid", type: "string", value: "guests" } as const;
 * const { steps, image } = editNvs(partition, [{ kind: "set", entry }]);
 */
export function editNvs(image: ByteSource, edits: readonly NvsEdit[], options: EditNvsOptions = {}): EditedNvs {
  const before = checkBytes(image, "image");
  const wanted = listOf(checkEdit)(edits, "edits");
  const { keys = null } = checkOptions(options, "options");
  requireWritable(before.length);
  const draft = new NvsDraft(before, decryptPages(before, keys), keys);
  recover(draft);
  for (const edit of wanted) {
    if (edit.kind === "set") setEntry(draft, edit.entry);
    else eraseEntry(draft, edit.namespace, edit.kind === "erase" ? edit.key : null);
  }
  return { image: draft.image, steps: draft.steps, changedPages: changedPages(before, draft.image) };
}

function changedPages(
  before: Uint8Array,
  after: Uint8Array<ArrayBuffer>,
): { offset: number; data: Uint8Array<ArrayBuffer> }[] {
  const offsets = Array.from({ length: after.length / PAGE_BYTES }, (_, number) => number * PAGE_BYTES);
  return offsets
    .map((offset) => ({ offset, data: after.slice(offset, offset + PAGE_BYTES) }))
    .filter(({ offset, data }) => !equalBytes(before.subarray(offset, offset + PAGE_BYTES), data));
}

function requireWritable(sizeBytes: number): void {
  if (sizeBytes % PAGE_BYTES === 0 && sizeBytes >= LEAST_PAGES * PAGE_BYTES) return;
  throw new EspError("nvs.bad-size", `${sizeBytes} bytes are no NVS partition that can be written to.`, {
    hint: `Give all of it: whole pages of ${PAGE_BYTES} bytes, at least ${LEAST_PAGES}.`,
    details: { sizeBytes },
  });
}
