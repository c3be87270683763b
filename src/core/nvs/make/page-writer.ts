import { writeU32 } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import { dataItem, type ItemBytes, type ItemName, indexItem } from "../page/entry-layout.ts";
import {
  ENTRIES_PER_PAGE,
  ENTRY_BYTES,
  encodePageHeader,
  entryAt,
  type NvsVersion,
  PAGE_BYTES,
  PAGE_STATE_WORDS,
  setEntryState,
} from "../page/page-layout.ts";

export interface PageWriterOptions {
  readonly sizeBytes: number;
  /** Pages that may be used, from the first on; the others stay blank. */
  readonly usablePages: number;
  readonly version: NvsVersion;
}

/** Fills one page after the other in the way of the original generator (fact sheet 4.5). */
export class PageWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #options: PageWriterOptions;
  #page = 0;
  #used = 0;

  constructor(options: PageWriterOptions) {
    this.#options = options;
    this.#bytes = new Uint8Array(options.sizeBytes).fill(0xff);
    this.#beginPage();
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /** Up to the end of the last page that was begun. */
  get usedBytes(): number {
    return (this.#page + 1) * PAGE_BYTES;
  }

  /** One entry without data. */
  putSingle(item: ItemBytes): void {
    if (this.#used >= ENTRIES_PER_PAGE) this.#nextPage();
    this.#put(item);
  }

  /**
   * One entry with its data, on one page. What would fill the rest of a page exactly goes to the next one, as the original does
   * it; but what fills a page of its own gets one (3,969 to 4,000 bytes), where the original fails.
   */
  putWhole(item: ItemBytes): void {
    if (this.#used > 0 && this.#used + item.length / ENTRY_BYTES >= ENTRIES_PER_PAGE) this.#nextPage();
    this.#put(item);
  }

  /** A blob in pieces, each as large as its page has room for, and the index behind them. */
  putBlob(name: ItemName, content: Uint8Array): void {
    if (this.#used >= ENTRIES_PER_PAGE) this.#nextPage();
    let done = 0;
    let chunkCount = 0;
    for (;;) {
      const room = (ENTRIES_PER_PAGE - this.#used - 1) * ENTRY_BYTES;
      const length = Math.min(room, content.length - done);
      this.#put(dataItem(name, "blob-data", content.subarray(done, done + length), chunkCount));
      chunkCount++;
      done += length;
      if (done < content.length || room - length < ENTRY_BYTES) this.#nextPage();
      if (done >= content.length) break;
    }
    this.#put(indexItem(name, { sizeBytes: content.length, chunkCount, chunkStart: 0 }));
  }

  #put(item: ItemBytes): void {
    const page = this.#bytes.subarray(this.#page * PAGE_BYTES, (this.#page + 1) * PAGE_BYTES);
    page.set(item, entryAt(this.#used));
    for (const end = this.#used + item.length / ENTRY_BYTES; this.#used < end; this.#used++)
      setEntryState(page, this.#used, "written");
  }

  #nextPage(): void {
    writeU32(this.#bytes, this.#page * PAGE_BYTES, PAGE_STATE_WORDS.full);
    this.#page++;
    if (this.#page >= this.#options.usablePages)
      throw new EspError("nvs.full", "The entries do not fit into an NVS partition of this size.", {
        hint: "Make the partition larger; of three pages (0x3000) on, one page is always kept free.",
        details: { sizeBytes: this.#options.sizeBytes },
      });
    this.#used = 0;
    this.#beginPage();
  }

  #beginPage(): void {
    this.#bytes.set(encodePageHeader(this.#page, this.#options.version), this.#page * PAGE_BYTES);
  }
}
