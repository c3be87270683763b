import { readU16 } from "../../bytes/words.ts";
import { type Findings, report } from "../findings.ts";
import { DELETED_ID, FREE_ID, INDEX_BIT, lookupId, type SpiffsGrid, type SpiffsPage } from "./spiffs-layout.ts";

/** Flags are active low. */
const USED = 0x01;
const FINAL = 0x02;
const BEING_DELETED = 0x40;
const DELETED = 0x80;

export interface SpiffsPages {
  /** By address over page size. */
  readonly byNumber: ReadonlyMap<number, SpiffsPage>;
  /** Of each object its pages of index, and of data, by their running number. */
  readonly byName: ReadonlyMap<string, SpiffsPage>;
  /** First pages of indexes. */
  readonly heads: readonly SpiffsPage[];
  readonly deletedHeads: ReadonlySet<number>;
  readonly usedPages: number;
}

export function pageName({ id, isIndex, span }: Pick<SpiffsPage, "id" | "isIndex" | "span">): string {
  return `${isIndex ? "i" : "d"}${id}.${span}`;
}

/** Every page that counts: its block's table and its own header say so. */
export function livePages(bytes: Uint8Array, grid: SpiffsGrid, findings: Findings | null): SpiffsPages {
  const byNumber = new Map<number, SpiffsPage>();
  const byName = new Map<string, SpiffsPage>();
  const heads: SpiffsPage[] = [];
  const deletedHeads = new Set<number>();
  let usedPages = 0;
  for (let block = 0; block < grid.blockCount; block++) {
    for (let index = 0; index < grid.pagesPerBlock - grid.lookupPages; index++) {
      const listed = lookupId(bytes, grid, { block, index });
      if (listed === FREE_ID) continue;
      usedPages++;
      if (listed === DELETED_ID) continue;
      const number = block * grid.pagesPerBlock + grid.lookupPages + index;
      const offset = number * grid.pageBytes;
      const flags = bytes[offset + 4] ?? 0xff;
      if ((flags & DELETED) === 0) continue;
      const page = {
        number,
        offset,
        id: listed & ~INDEX_BIT,
        isIndex: (listed & INDEX_BIT) !== 0,
        span: readU16(bytes, offset + 2),
      };
      if (readU16(bytes, offset) !== listed || (flags & USED) !== 0) {
        if (findings !== null)
          report(findings, "filesystem.checksum", "A page is not what the table of its block says.", { offset });
        continue;
      }
      if ((flags & FINAL) !== 0) {
        if (findings !== null)
          report(findings, "filesystem.unfinished", "A page was not written to its end.", { offset });
        continue;
      }
      byNumber.set(number, page);
      const name = pageName(page);
      if (byName.has(name)) {
        if (findings !== null)
          report(findings, "filesystem.repeated-name", "A piece of a file is there twice, as after a power loss.", {
            offset,
          });
        continue;
      }
      byName.set(name, page);
      if (!page.isIndex || page.span !== 0) continue;
      if ((flags & BEING_DELETED) === 0) deletedHeads.add(page.id);
      else heads.push(page);
    }
  }
  return { byNumber, byName, heads, deletedHeads, usedPages };
}
