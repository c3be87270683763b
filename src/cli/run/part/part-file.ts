import { createHash, type Hash } from "node:crypto";
import { EspError, type FlashSink, isEspError, type ReadCheckpoint, type ResumeFrom } from "../../../index.ts";
import type { CliFiles, CliHost, GrowingFile } from "../../host/host.ts";
import { writeError } from "../../host/user-files.ts";
import { decodeRecord, encodeRecord, LONGEST_RECORD } from "./part-record.ts";

/** The part is noted when so much has come since, or so much time has passed. */
const NOTED_BYTES = 0x4_0000;
const NOTED_MS = 1000;
const PIECE_BYTES = 0x4_0000;
const MD5_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

export const partPath = (output: string): string => `${output}.part`;
export const recordPath = (output: string): string => `${output}.part.json`;

/** What an earlier read that was broken off has left; `damaged`: nobody can say what. */
export type LeftBefore = ReadCheckpoint | "damaged" | null;

/**
 * Whether what is read can be kept beside its file while it comes: not where that is a stream or a device, nor where no file
 * can be made beside it.
 */
export async function canHavePart({ files }: CliHost, output: string): Promise<boolean> {
  if ((await files.exists(output)) && (await files.sizeOf(output)) === null) return false;
  try {
    await files.checkWritable(partPath(output));
    await files.checkWritable(recordPath(output));
    return true;
  } catch {
    return false;
  }
}

/** What is beside the file from before. Throws `file.exists` where that is nothing of ours. */
export async function leftBefore({ files }: CliHost, output: string): Promise<LeftBefore> {
  const record = recordPath(output);
  if (!(await files.exists(record))) {
    if (!(await files.exists(partPath(output)))) return null;
    throw new EspError(
      "file.exists",
      `There is a file '${partPath(output)}', and nothing beside it says that it is a part of an earlier read.`,
      { hint: "Move it, or remove it.", details: { file: partPath(output), record } },
    );
  }
  const bytes = await files.readSlice(record, 0, LONGEST_RECORD + 1).catch(() => null);
  return (bytes === null ? null : decodeRecord(bytes)) ?? "damaged";
}

/** Moves what was left before where it does not belong to what is read now, before it would be written over. */
export type GiveWay = (left: ReadCheckpoint, now: ReadCheckpoint) => Promise<"moved" | "stays">;

export interface PartBefore {
  readonly left: LeftBefore;
  readonly giveWay: GiveWay;
}

/**
 * What has been read so far, in a file beside the one that it will be, with a record that says how much of it is proved. The
 * record is written first, and never says more than was written before it, so whatever ends the program leaves a part
 * that can be gone on with, or a record that says that there is none.
 */
export class PartFile {
  readonly #host: CliHost;
  readonly #output: string;
  readonly #left: LeftBefore;
  #file: GrowingFile | null = null;
  #isMoved = false;
  #kept: ReadCheckpoint | null = null;
  #noted: { readonly checkpoint: ReadCheckpoint; readonly at: number } | null = null;
  #pending: Promise<void> = Promise.resolve();
  /** Of what was proved: what is copied in the end must be that. */
  #digest: Hash = createHash("sha256");

  readonly #giveWay: GiveWay;

  constructor(host: CliHost, output: string, { left, giveWay }: PartBefore) {
    this.#host = host;
    this.#output = output;
    this.#left = left;
    this.#giveWay = giveWay;
  }

  get resumeFrom(): ResumeFrom | undefined {
    const checkpoint = this.#left;
    if (checkpoint === null || checkpoint === "damaged") return undefined;
    return {
      checkpoint,
      contents: async (offset, sizeBytes) => {
        const bytes = await this.#files.readSlice(partPath(this.#output), offset, sizeBytes);
        if (offset === 0) this.#digest = createHash("sha256");
        this.#digest.update(bytes);
        return bytes;
      },
    };
  }

  /** All that was read is in the part now. */
  resumed(sizeBytes: number): void {
    if (this.#kept === null && typeof this.#left === "object" && this.#left?.doneBytes === sizeBytes)
      this.#kept = this.#left;
  }

  /** Rejects with `file.unwritable`, and what giving way throws. */
  readonly take: FlashSink = (data, offset, checkpoint) => {
    this.#pending = this.#append(data, offset, checkpoint).catch((cause: unknown) => {
      throw isEspError(cause) ? cause : writeError(this.#output, cause);
    });
    return this.#pending;
  };

  /** What was left before is there as it was. */
  get isUntouched(): boolean {
    return this.#file === null && this.#left !== null && !this.#isMoved;
  }

  /** How much is kept, when nothing is being written any more. */
  async settled(): Promise<ReadCheckpoint | null> {
    await this.#pending.catch(() => {});
    return this.#kept;
  }

  /** Ends it for now: what was read stays. Nothing that fails in it makes anything worse. */
  async leave(): Promise<void> {
    const kept = await this.settled();
    const begun = this.#file !== null;
    await this.#file?.close().catch(() => {});
    if (kept !== null) await this.#note(kept).catch(() => {});
    else if (begun) await this.remove();
  }

  /** The whole of it, to be copied to where it belongs. */
  async *pieces(): AsyncIterable<Uint8Array<ArrayBuffer>> {
    const copied = createHash("sha256");
    const sizeBytes = this.#kept?.doneBytes ?? 0;
    for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
      const wanted = Math.min(PIECE_BYTES, sizeBytes - offset);
      const bytes = await this.#files.readSlice(partPath(this.#output), offset, wanted);
      copied.update(bytes);
      yield bytes;
    }
    if (copied.digest("hex") === this.#digest.copy().digest("hex")) return;
    throw new EspError("file.unreadable", `The file '${partPath(this.#output)}' was changed while it was written.`, {
      hint: "Read again; check the disk, and that no other program works on this file.",
      details: { file: partPath(this.#output) },
    });
  }

  /** It is not needed any more. */
  async remove(): Promise<void> {
    // The record last: a part without one would be taken for somebody else's.
    for (const path of [partPath(this.#output), recordPath(this.#output)])
      await this.#files.remove(path).catch(() => {});
  }

  get #files(): CliFiles {
    return this.#host.files;
  }

  async #append(data: Uint8Array, offset: number, checkpoint: ReadCheckpoint): Promise<void> {
    this.#file ??= await this.#begin(offset, checkpoint);
    await this.#file.append(data);
    this.#digest.update(data);
    this.#kept = checkpoint;
    const before = this.#noted;
    const isDue =
      checkpoint.doneBytes - (before?.checkpoint.doneBytes ?? 0) >= NOTED_BYTES ||
      this.#host.now() - (before?.at ?? 0) >= NOTED_MS;
    if (isDue) await this.#note(checkpoint);
  }

  async #begin(offset: number, checkpoint: ReadCheckpoint): Promise<GrowingFile> {
    if (offset === 0) {
      this.#digest = createHash("sha256");
      if (this.#left !== null && this.#left !== "damaged")
        this.#isMoved = (await this.#giveWay(this.#left, checkpoint)) === "moved";
      await this.#note({ ...checkpoint, doneBytes: 0, md5: MD5_OF_NOTHING });
    }
    return await this.#files.grow(partPath(this.#output), offset);
  }

  async #note(checkpoint: ReadCheckpoint): Promise<void> {
    await this.#files.writeAtomically(recordPath(this.#output), encodeRecord(checkpoint), { isPrivate: true });
    this.#noted = { checkpoint, at: this.#host.now() };
  }
}
