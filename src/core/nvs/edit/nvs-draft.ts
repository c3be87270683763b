import { wordsToBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import { encryptUnits } from "../crypt/crypt-pages.ts";
import {
  ENTRY_BYTES,
  type EntryState,
  entryState,
  isBlank,
  type NvsPageState,
  PAGE_BYTES,
  PAGE_STATE_WORDS,
  STATES_AT,
  setEntryState,
} from "../page/page-layout.ts";
import { type ScannedItem, type ScannedPage, scanPage } from "../read/scan-page.ts";
import type { NvsStep } from "./nvs-step.ts";

/** One word of states is programmed at a time, as firmware does it. */
const STATES_PER_WORD = 16;

/**
 * A partition while it is changed, by nothing but what flash can do: clear bits, and erase whole pages. Whatever is done is a step
 * on the list.
 */
export class NvsDraft {
  /** As it is in flash. */
  readonly image: Uint8Array<ArrayBuffer>;
  readonly steps: NvsStep[] = [];
  /** Without encryption. */
  readonly #plain: Uint8Array<ArrayBuffer>;
  readonly #keys: Uint8Array | null;
  readonly #scanned = new Map<number, ScannedPage>();

  constructor(image: Uint8Array, plain: Uint8Array<ArrayBuffer>, keys: Uint8Array | null) {
    this.image = new Uint8Array(image);
    this.#plain = plain;
    this.#keys = keys;
  }

  get pages(): ScannedPage[] {
    return Array.from({ length: this.image.length / PAGE_BYTES }, (_, number) => this.page(number * PAGE_BYTES));
  }

  page(offset: number): ScannedPage {
    const known = this.#scanned.get(offset);
    if (known !== undefined) return known;
    const scanned = scanPage(this.#plain.subarray(offset, offset + PAGE_BYTES), offset);
    this.#scanned.set(offset, scanned);
    return scanned;
  }

  isBlank(offset: number): boolean {
    return isBlank(this.image.subarray(offset, offset + PAGE_BYTES));
  }

  stateOf(page: number, index: number): EntryState {
    return entryState(this.#plain.subarray(page, page + PAGE_BYTES), index);
  }

  /** The bytes of an item with all that belongs to it on its page, without encryption. */
  bytesOf({ offset, places }: ScannedItem): Uint8Array<ArrayBuffer> {
    return this.#plain.slice(offset, offset + places * ENTRY_BYTES);
  }

  /** Entries, which are encrypted where the partition is. */
  programEntries(offset: number, entries: Uint8Array): void {
    const data = this.#keys === null ? entries : encryptUnits(entries, offset, this.#keys);
    this.#program(offset, data, { plain: entries, destroys: false });
  }

  programHeader(offset: number, header: Uint8Array): void {
    this.#program(offset, header, { plain: header, destroys: false });
  }

  /** `destroys`: nothing on the page counts any more. */
  programPageState(offset: number, state: NvsPageState, destroys = false): void {
    const word = wordsToBytes([PAGE_STATE_WORDS[state]]);
    this.#program(offset, word, { plain: word, destroys });
  }

  /** From the last of them to the first: an entry counts only when all of it does, and no longer than all of it does. */
  programStates(page: number, first: number, count: number, state: "written" | "erased"): void {
    const after = this.#plain.slice(page, page + PAGE_BYTES);
    for (let index = first; index < first + count; index++) setEntryState(after, index, state);
    const lastWord = Math.floor((first + count - 1) / STATES_PER_WORD);
    for (let word = lastWord; word >= Math.floor(first / STATES_PER_WORD); word--) {
      const at = STATES_AT + 4 * word;
      const data = after.subarray(at, at + 4);
      this.#program(page + at, data, { plain: data, destroys: state === "erased" });
    }
  }

  erasePage(offset: number): void {
    this.image.fill(0xff, offset, offset + PAGE_BYTES);
    this.#plain.fill(0xff, offset, offset + PAGE_BYTES);
    this.#scanned.delete(offset);
    this.steps.push({ kind: "erase", offset, destroys: true });
  }

  #program(
    offset: number,
    data: Uint8Array,
    { plain, destroys }: { readonly plain: Uint8Array; readonly destroys: boolean },
  ): void {
    const before = this.image.subarray(offset, offset + data.length);
    if (data.some((byte, index) => ((before[index] ?? 0) & byte) !== byte))
      throw new EspError("internal", "An edit of NVS would have to set bits that only an erase can set.", {
        details: { offset },
      });
    this.image.set(data, offset);
    this.#plain.set(plain, offset);
    this.#scanned.delete(offset - (offset % PAGE_BYTES));
    this.steps.push({ kind: "program", offset, data: new Uint8Array(data), destroys });
  }
}
