import { crc32 } from "node:zlib";
import { expect } from "vitest";

/** What firmware needs of a LittleFS and a reader does not: facts of sheet build-outputs 5.3, read by code of its own. */
export interface LittleFsWalk {
  /** Pairs of blocks in the chain of all directories, in its order. */
  readonly chain: readonly string[];
  /** Names in the order of each directory, those of further pairs behind those of the first. */
  readonly names: readonly (readonly Buffer[])[];
  /** First blocks of pairs that directories are said to be in. */
  readonly directories: readonly string[];
  /** How often each block is used. */
  readonly uses: ReadonlyMap<number, number>;
  /** Whether each commit ends where the next write begins, before erased bytes of which the checksum is right. */
  readonly isAppendable: readonly boolean[];
}

interface StoredTag {
  readonly type: number;
  readonly id: number;
  readonly data: Buffer;
}

interface Pair {
  readonly revision: number;
  readonly tags: readonly StoredTag[];
  readonly isAppendable: boolean;
}

const register = (bytes: Buffer): number => ~crc32(bytes) >>> 0;

function readBlock(block: Buffer): Pair | null {
  const tags: StoredTag[] = [];
  let previous = 0xffff_ffff;
  for (let at = 4; at + 4 <= block.length; ) {
    const word = (block.readUInt32BE(at) ^ previous) >>> 0;
    if (word >>> 31 === 1) return null;
    const tag = {
      type: (word >>> 20) & 0x7ff,
      id: (word >>> 10) & 0x3ff,
      data: block.subarray(at + 4, at + 4 + (word & 0x3ff)),
    };
    if (tag.type >>> 1 === 0x280) {
      if (tag.data.readUInt32LE(0) !== register(block.subarray(0, at + 4))) return null;
      const next = tags.find(({ type }) => type === 0x5ff)?.data;
      const behind = block.subarray(at + 4 + tag.data.length);
      const isAppendable =
        next !== undefined && next.readUInt32LE(4) === register(behind.subarray(0, next.readUInt32LE(0)));
      return { revision: block.readUInt32LE(0), tags, isAppendable };
    }
    tags.push(tag);
    previous = word;
    at += 4 + tag.data.length;
  }
  return null;
}

export function walkLittleFs(image: Uint8Array, blockBytes: number): LittleFsWalk {
  const bytes = Buffer.from(image);
  const blockOf = (number: number): Buffer => bytes.subarray(number * blockBytes, (number + 1) * blockBytes);
  const chain: string[] = [];
  const names: Buffer[][] = [];
  const directories: string[] = [];
  const uses = new Map<number, number>();
  const isAppendable: boolean[] = [];
  const use = (block: number): unknown => uses.set(block, (uses.get(block) ?? 0) + 1);
  let pair: readonly [number, number] | null = [0, 1];
  let goesOn = false;
  while (pair !== null && chain.length < 10_000) {
    chain.push(pair.join());
    for (const block of pair) use(block);
    const read: (Pair | null)[] = pair.map((block) => readBlock(blockOf(block)));
    const newest: Pair | null | undefined = read.sort(
      (left, right) => (right?.revision ?? -1) - (left?.revision ?? -1),
    )[0];
    if (newest == null) throw new Error(`no whole commit in ${pair.join()}`);
    isAppendable.push(newest.isAppendable);
    const here = newest.tags.filter(({ type }) => type === 1 || type === 2).map(({ data }) => data);
    if (goesOn) names.at(-1)?.push(...here);
    else names.push(here);
    for (const { type, data } of newest.tags) {
      if (type === 0x200) directories.push(`${data.readUInt32LE(0)},${data.readUInt32LE(4)}`);
      if (type === 0x202) for (const block of fileBlocks(data)) use(block);
    }
    const tail: StoredTag | undefined = newest.tags.findLast(({ type }) => type === 0x600 || type === 0x601);
    goesOn = tail?.type === 0x601;
    pair = tail === undefined ? null : [tail.data.readUInt32LE(0), tail.data.readUInt32LE(4)];
  }
  return { chain, names, directories, uses, isAppendable };

  function fileBlocks(link: Buffer): number[] {
    let last = 0;
    for (let left = link.readUInt32LE(4) - blockBytes; left > 0; ) {
      last++;
      let pointers = 1;
      while (last % 2 ** pointers === 0) pointers++;
      left -= blockBytes - 4 * pointers;
    }
    const found = [link.readUInt32LE(0)];
    for (let number = last; number > 0; number--) found.push(blockOf(found.at(-1) ?? 0).readUInt32LE(0));
    // Each further pointer of a block leads to one that is a power of two before it.
    for (let number = 1; number <= last; number++)
      for (let pointer = 0; number % 2 ** pointer === 0; pointer++) {
        const block = blockOf(found[last - number] ?? 0);
        if (block.readUInt32LE(4 * pointer) !== found[last - number + 2 ** pointer])
          throw new Error(`pointer ${pointer} of block ${number} leads elsewhere`);
      }
    return found;
  }
}

/** Names in order, every directory in the chain once, no block used twice, and since version 2.1 commits that can be followed. */
export function expectSoundLittleFs(
  image: Uint8Array,
  { blockBytes, version = "2.1" }: { readonly blockBytes: number; readonly version?: string },
): void {
  const walk = walkLittleFs(image, blockBytes);
  for (const names of walk.names)
    expect(names.map(String)).toEqual([...names].sort((left, right) => Buffer.compare(left, right)).map(String));
  expect(walk.chain).toEqual(expect.arrayContaining([...walk.directories]));
  expect(new Set(walk.chain).size).toBe(walk.chain.length);
  expect(walk.names.length).toBe(walk.directories.length + 1);
  expect([...walk.uses.values()].every((count) => count === 1)).toBe(true);
  if (version === "2.1") expect(walk.isAppendable.every((is) => is)).toBe(true);
}
