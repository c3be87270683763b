import { hexAddress, toHex } from "../../bytes/hex.ts";
import { md5 } from "../../bytes/md5.ts";
import { equalBytes, readU32, writeU32 } from "../../bytes/words.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { type Check, optional, orNull } from "../../check/check.ts";
import { checkWord, wholeNumber } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { EspError } from "../../errors.ts";
import { checkRuns, collectRuns, type Run, type RunInput } from "./runs.ts";
import { type NumberedBlock, numberingProblem } from "./uf2-numbering.ts";

/** What a UF2 file holds for the main flash of one family of chips. */
export interface Uf2Family {
  /** Whom it is for; null when the blocks do not say. */
  readonly familyId: number | null;
  /** By address; none touches another. */
  readonly runs: readonly Run[];
}

export interface Uf2 {
  /** In the order of their first blocks; one as a rule, none when nothing is for the main flash. */
  readonly families: readonly Uf2Family[];
}

/** Fact sheet 5.8 and the UF2 specification (github.com/microsoft/uf2): blocks of 512 bytes, little-endian. */
const BLOCK_BYTES = 512;
const HEADER_BYTES = 32;
const DATA_BYTES = 476;
const FIRST_MAGIC = 0x0a324655;
const SECOND_MAGIC = 0x9e5d5157;
const FINAL_MAGIC = 0x0ab16f30;
const NOT_MAIN_FLASH = 0x0001;
const FILE_CONTAINER = 0x1000;
const HAS_FAMILY = 0x2000;
const HAS_MD5 = 0x4000;
/** Address and length of a region and its MD5. */
const MD5_PART_BYTES = 24;
const ADDRESS_SPACE = 0x1_0000_0000;

/** Whether the bytes begin like a UF2 file. */
export function isUf2(bytes: ByteSource): boolean {
  const file = checkBytes(bytes, "bytes");
  return file.length >= 8 && readU32(file, 0) === FIRST_MAGIC && readU32(file, 4) === SECOND_MAGIC;
}

interface Block extends NumberedBlock {
  readonly index: number;
  /** Of the block in the file. */
  readonly offset: number;
  readonly flags: number;
  readonly address: number;
  readonly payloadBytes: number;
}

/** A stretch of flash whose MD5 a block tells. */
interface Region {
  readonly address: number;
  readonly sizeBytes: number;
  readonly digest: Uint8Array<ArrayBuffer>;
  readonly block: Block;
}

/**
 * Reads UF2: any number of numbered sequences, each in any order, for any families; blocks that are not for the main flash
 * are left out. MD5 parts are verified. Throws `image.truncated` when blocks are missing, `image.invalid` with
 * `{ block, offset }` for anything else that is not right.
 */
export function parseUf2(bytes: ByteSource): Uf2 {
  const file = checkBytes(bytes, "bytes");
  if (file.length === 0 || file.length % BLOCK_BYTES !== 0)
    throw new EspError("image.truncated", "The UF2 file does not consist of whole blocks of 512 bytes.", {
      hint: "Fetch the file again.",
      details: { sizeBytes: file.length },
    });
  const blocks = Array.from({ length: file.length / BLOCK_BYTES }, (_, index) => readBlock(file, index));
  const problem = numberingProblem(blocks);
  if (problem?.kind === "missing") throw incomplete(problem);
  if (problem !== null) throw damaged(blocks[problem.index] as Block, problem.what);
  const families = new Map<number | null, Block[]>();
  for (const block of blocks) {
    if (!block.isMain) continue;
    const family = families.get(block.familyId);
    if (family === undefined) families.set(block.familyId, [block]);
    else family.push(block);
  }
  return { families: [...families].map(([familyId, own]) => ({ familyId, runs: runsOf(file, own) })) };
}

function runsOf(bytes: Uint8Array<ArrayBuffer>, blocks: readonly Block[]): Run[] {
  const collector = collectRuns(blocks.length * DATA_BYTES);
  const regions = new Map<string, Region>();
  for (const block of blocks) {
    checkPayload(block);
    if ((block.flags & HAS_MD5) !== 0) checkDigest(bytes, block, regions);
    const from = block.offset + HEADER_BYTES;
    collector.add(block.address, bytes, { from, to: from + block.payloadBytes, origin: block.index });
  }
  const runs = collector.finish(({ address, origin }) =>
    damaged({ index: origin, offset: origin * BLOCK_BYTES }, `gives the byte at ${hexAddress(address)} once more`),
  );
  verifyRegions([...regions.values()], runs);
  return runs;
}

function damaged({ index, offset }: Pick<Block, "index" | "offset">, what: string): EspError {
  return new EspError("image.invalid", `Block ${index} of the UF2 file ${what}.`, {
    hint: "The file is damaged, or it is no UF2 file; build it or fetch it again.",
    details: { block: index, offset },
  });
}

function incomplete({ number, count }: { readonly number: number; readonly count: number }): EspError {
  return new EspError("image.truncated", `The UF2 file lacks block ${number + 1} of ${count}.`, {
    hint: "The file is cut off; fetch it again.",
    details: { block: number, count },
  });
}

function readBlock(bytes: Uint8Array<ArrayBuffer>, index: number): Block {
  const offset = index * BLOCK_BYTES;
  const word = (at: number): number => readU32(bytes, offset + at);
  if (word(0) !== FIRST_MAGIC || word(4) !== SECOND_MAGIC || word(BLOCK_BYTES - 4) !== FINAL_MAGIC)
    throw damaged({ index, offset }, "does not have the marks of a UF2 block");
  const flags = word(8);
  return {
    index,
    offset,
    flags,
    address: word(12),
    payloadBytes: word(16),
    number: word(20),
    count: word(24),
    familyId: (flags & HAS_FAMILY) === 0 ? null : word(28),
    isMain: (flags & (NOT_MAIN_FLASH | FILE_CONTAINER)) === 0,
  };
}

function checkPayload(block: Block): void {
  const { flags, payloadBytes, address } = block;
  const limit = (flags & HAS_MD5) === 0 ? DATA_BYTES : DATA_BYTES - MD5_PART_BYTES;
  if (payloadBytes === 0 || payloadBytes > limit) throw damaged(block, `claims to hold ${payloadBytes} bytes`);
  if (address + payloadBytes > ADDRESS_SPACE) throw damaged(block, "goes beyond 32 bits of address");
}

/**
 * The reference puts the MD5 part of the block itself directly behind the payload; the specification has it at the end
 * of the data, where it may describe a larger region. A full block makes both the same.
 */
function checkDigest(bytes: Uint8Array<ArrayBuffer>, block: Block, regions: Map<string, Region>): void {
  const payload = block.offset + HEADER_BYTES;
  const behindPayload = readRegion(bytes, payload + block.payloadBytes, block);
  const atEnd = readRegion(bytes, payload + DATA_BYTES - MD5_PART_BYTES, block);
  const own = [behindPayload, atEnd].find(
    ({ address, sizeBytes }) => address === block.address && sizeBytes === block.payloadBytes,
  );
  if (own !== undefined) {
    const actual = md5(bytes.subarray(payload, payload + block.payloadBytes));
    if (!equalBytes(actual, own.digest)) throw damaged(block, "does not match its MD5");
    return;
  }
  const end = block.address + block.payloadBytes;
  if (atEnd.address > block.address || atEnd.address + atEnd.sizeBytes < end)
    throw damaged(block, "has an MD5 for other addresses than its own");
  const key = `${atEnd.address}:${atEnd.sizeBytes}:${toHex(atEnd.digest)}`;
  if (!regions.has(key)) regions.set(key, atEnd);
}

function readRegion(bytes: Uint8Array<ArrayBuffer>, offset: number, block: Block): Region {
  return {
    address: readU32(bytes, offset),
    sizeBytes: readU32(bytes, offset + 4),
    digest: bytes.subarray(offset + 8, offset + MD5_PART_BYTES),
    block,
  };
}

/** Regions that the file does not hold whole describe flash as it is to be; only the chip could check them. */
function verifyRegions(regions: Region[], runs: readonly Run[]): void {
  regions.sort((left, right) => left.address - right.address);
  let end = 0;
  let next = 0;
  for (const region of regions) {
    // Regions inside one another would make the work grow with their number.
    if (region.address < end) throw damaged(region.block, "has an MD5 for addresses that belong to another");
    end = region.address + region.sizeBytes;
    while (next < runs.length && runEnd(runs[next]) <= region.address) next++;
    const run = runs[next];
    if (run === undefined || run.address > region.address || runEnd(run) < end) continue;
    const from = region.address - run.address;
    const actual = md5(run.data.subarray(from, from + region.sizeBytes));
    if (!equalBytes(actual, region.digest)) throw damaged(region.block, "does not match its MD5");
  }
}

function runEnd(run: Run | undefined): number {
  return run === undefined ? 0 : run.address + run.data.length;
}

export interface WriteUf2Options {
  /** Null: the file does not say whom it is for. */
  readonly familyId: number | null;
  /** Bytes of payload in a block, a multiple of 4; default: as many as fit, 452, or 476 without MD5. */
  readonly chunkSizeBytes?: number | undefined;
  /** Every block carries the MD5 of its payload. */
  readonly md5: boolean;
}

const checkUf2Options: Check<WriteUf2Options> = shape<WriteUf2Options>({
  familyId: orNull(checkWord),
  chunkSizeBytes: optional(wholeNumber(1)),
  md5: checkBoolean,
});

/**
 * Writes UF2 the way the reference does (fact sheet 5.8): the blocks of each file are numbered on their own. Throws
 * `argument.invalid` for a chunk size that does not fit, and for addresses beyond 32 bits.
 */
export function writeUf2(files: readonly RunInput[], options: WriteUf2Options): Uint8Array<ArrayBuffer> {
  const runs = checkRuns(files, "files");
  const wanted = checkUf2Options(options, "options");
  const chunkSizeBytes = checkedChunkSize(wanted);
  let blocks = 0;
  for (const { address, data } of runs) {
    if (!Number.isInteger(address) || address < 0 || address + data.length > ADDRESS_SPACE)
      throw new EspError("argument.invalid", "The data does not fit into 32 bits of address.", {
        details: { address, sizeBytes: data.length },
      });
    blocks += Math.ceil(data.length / chunkSizeBytes);
  }
  const bytes = new Uint8Array(blocks * BLOCK_BYTES);
  let offset = 0;
  for (const { address, data } of runs) {
    const count = Math.ceil(data.length / chunkSizeBytes);
    for (let number = 0; number < count; number++) {
      const done = number * chunkSizeBytes;
      const payload = data.subarray(done, done + chunkSizeBytes);
      writeBlock(
        bytes.subarray(offset, offset + BLOCK_BYTES),
        { address: address + done, payload, number, count },
        wanted,
      );
      offset += BLOCK_BYTES;
    }
  }
  return bytes;
}

function checkedChunkSize({ chunkSizeBytes, md5: hasMd5 }: WriteUf2Options): number {
  const largest = hasMd5 ? DATA_BYTES - MD5_PART_BYTES : DATA_BYTES;
  const chosen = chunkSizeBytes ?? largest;
  if (Number.isInteger(chosen) && chosen > 0 && chosen <= largest && chosen % 4 === 0) return chosen;
  throw new EspError("argument.invalid", `${chosen} bytes do not make a UF2 block.`, {
    hint: `Choose a multiple of 4 up to ${largest}${hasMd5 ? ", or up to 476 without MD5" : ""}.`,
    details: { chunkSizeBytes: chosen, largest },
  });
}

interface Chunk {
  readonly address: number;
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly number: number;
  readonly count: number;
}

/** `block` is 512 zero bytes. */
function writeBlock(block: Uint8Array<ArrayBuffer>, chunk: Chunk, options: WriteUf2Options): void {
  const { address, payload, number, count } = chunk;
  const flags = (options.familyId === null ? 0 : HAS_FAMILY) | (options.md5 ? HAS_MD5 : 0);
  const header = [FIRST_MAGIC, SECOND_MAGIC, flags, address, payload.length, number, count, options.familyId ?? 0];
  header.forEach((word, index) => {
    writeU32(block, index * 4, word);
  });
  block.set(payload, HEADER_BYTES);
  if (options.md5) {
    const part = HEADER_BYTES + payload.length;
    writeU32(block, part, address);
    writeU32(block, part + 4, payload.length);
    block.set(md5(payload), part + 8);
  }
  writeU32(block, BLOCK_BYTES - 4, FINAL_MAGIC);
}
