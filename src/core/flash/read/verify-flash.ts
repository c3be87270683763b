import { padTo } from "../../bytes/words.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import type { FlashMode } from "../../chip/flash-codes.ts";
import type { AbortSignalLike } from "../../errors.ts";
import type { VerifyDifferences } from "../../events.ts";
import { patchHeader } from "../../image/firmware/patch-header.ts";
import { checkSession } from "../../session/check-session.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { compareWithFlash, findDifferences, requireDigests } from "../flash-digest.ts";
import { type FlashFileInput, filesToVerify } from "../guard/check-files.ts";
import { type FlashFile, fileName } from "../guard/file-to-write.ts";
import { guardArguments } from "../guard/guard.ts";
import { readSecurityFacts } from "../guard/security-facts.ts";
import { attachFlash } from "../setup/attach.ts";
import { HEADER_OPTIONS, SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash, reachesBeyond16MiB } from "../setup/configure-flash.ts";
import { outOfRange } from "../setup/range.ts";
import { DifferenceList } from "./differences.ts";
import { readRange, requireReadable } from "./read-flash.ts";

export interface VerifyFlashOptions {
  /** Read back what differs and list it. */
  readonly diff?: boolean | undefined;
  readonly flashMode?: FlashMode | "keep" | undefined;
  readonly flashFrequency?: string | undefined;
  readonly flashSize?: string | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface VerifiedFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  readonly matched: boolean;
  /** Only for a mismatch, and only when asked for. */
  readonly differences: VerifyDifferences | null;
}

export interface VerifyFlashResult {
  readonly matched: boolean;
  readonly files: readonly VerifiedFile[];
  readonly elapsedMs: number;
}

const WORD_BYTES = 4;

const checkVerifyOptions: Check<VerifyFlashOptions> = shape<VerifyFlashOptions>({
  ...SPI_OPTIONS,
  ...HEADER_OPTIONS,
  diff: optional(checkBoolean),
});

/**
 * Compares files with flash, by the loader's own digests. A mismatch is a result, not an error.
 * Throws `flash.verify-unsupported` where the loader has no digests, `flash.out-of-range`, `link.*`.
 */
export async function verifyFlash(
  session: Session,
  files: readonly FlashFileInput[],
  options: VerifyFlashOptions = {},
): Promise<VerifyFlashResult> {
  const live = checkSession(session, "session");
  const wanted = checkVerifyOptions(options, "options");
  const read = filesToVerify(files, "files");
  const given = read instanceof Promise ? await read : read;
  const wrong = guardArguments(given);
  if (wrong !== null) throw wrong;
  return await operation(live, wanted.signal, async () => {
    const elapsed = stopwatch(live);
    requireDigests(live);
    if (wanted.diff === true) requireReadable(live);
    await attachFlash(live, wanted.spiConnection);
    const geometry = await configureFlash(live, wanted.flashSize ?? "keep");
    const { secureBoot } = await readSecurityFacts(live);
    const limits = { flashBytes: geometry.limitBytes, reachesBeyond16MiB: reachesBeyond16MiB(live) };
    const settings = {
      mode: wanted.flashMode ?? "keep",
      frequency: wanted.flashFrequency ?? "keep",
      size: geometry.headerSize,
    };
    const verified: VerifiedFile[] = [];
    for (const file of given) {
      const { address } = file;
      const padded = padTo(file.data, WORD_BYTES);
      // As it was written: with security features the header was left alone.
      const data = secureBoot
        ? padded
        : patchHeader(live.chip, { data: padded, address, name: fileName(file), settings }).data;
      const beyond = data.length === 0 ? null : outOfRange(address, data.length, limits);
      if (beyond !== null) throw beyond;
      verified.push(await verifyFile(live, file, data, wanted.diff ?? false));
    }
    return { matched: verified.every(({ matched }) => matched), files: verified, elapsedMs: elapsed() };
  });
}

/** `data`: what flash is expected to hold, filled up and patched. */
async function verifyFile(
  session: LiveSession,
  file: FlashFile,
  data: Uint8Array<ArrayBuffer>,
  diff: boolean,
): Promise<VerifiedFile> {
  const { emit } = session;
  const { address } = file;
  const name = fileName(file);
  const sizeBytes = file.data.length;
  emit({ type: "verify.started", file: name, address, sizeBytes });
  const matched = data.length === 0 || (await compareWithFlash(session, address, data)).matches;
  if (matched) {
    emit({ type: "verify.matched", file: name, after: "verify" });
    return { name, address, sizeBytes, matched, differences: null };
  }
  const differences = diff ? await listDifferences(session, address, data) : null;
  emit({ type: "verify.mismatched", file: name, differences });
  return { name, address, sizeBytes, matched, differences };
}

/** Reads back only the sectors whose digests differ. */
async function listDifferences(
  session: LiveSession,
  address: number,
  data: Uint8Array<ArrayBuffer>,
): Promise<VerifyDifferences> {
  const list = new DifferenceList();
  for (const { offset, sizeBytes } of await findDifferences(session, { address, data })) {
    const flash = await readRange(session, address + offset, sizeBytes);
    list.add({ address: address + offset, flash, file: data.subarray(offset, offset + sizeBytes) });
  }
  return list.result(address);
}
