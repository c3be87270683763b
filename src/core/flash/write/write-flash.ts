// Shelf: writing: a pure plan of pieces, blocks on the line, resuming after trouble, the proof at the end.
// In: a session, files with their addresses, options.
// Out: flash that holds them, with what proves it for each file.

import { hexAddress, toHex } from "../../bytes/hex.ts";
import { type Check, optional } from "../../check/check.ts";
import { type Shape, shape } from "../../check/shapes.ts";
import { checkBoolean } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import type { FlashMode } from "../../chip/flash-codes.ts";
import { type AbortSignalLike, throwIfAborted } from "../../errors.ts";
import type { Emit } from "../../events.ts";
import type { HeaderSettings } from "../../image/firmware/rewrite-header.ts";
import { loadPart } from "../../load-part.ts";
import { checkSession } from "../../session/check-session.ts";
import { haveStubAtHand } from "../../session/connect/start-stub.ts";
import type { LiveSession, Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { Tally } from "../../session/talk/progress.ts";
import { ERASE_TOOLS } from "../erase/erase-tools.ts";
import { compareWithFlash, flashHolds } from "../flash-digest.ts";
import { type FileToWriteInput, filesToWrite } from "../guard/check-files.ts";
import { ENCRYPTION_TOOLS } from "../guard/encryption-tools.ts";
import type { FileToWrite } from "../guard/file-to-write.ts";
import { guardArguments, guardOverlap, guardWrite } from "../guard/guard.ts";
import { judgeImages } from "../guard/judge-images.ts";
import { loadSecurityRules } from "../guard/load-security-rules.ts";
import { readSecurityFacts } from "../guard/security-facts.ts";
import { attachFlash } from "../setup/attach.ts";
import { checkForce, HEADER_OPTIONS, SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash, reachesBeyond16MiB } from "../setup/configure-flash.ts";
import { notePace, waits } from "../setup/flash-memo.ts";
import { lossSurvivor } from "../setup/survive-loss.ts";
import { askingAllowance } from "./asking.ts";
import type { OverwriteTools } from "./overwritten.ts";
import { type CompressChoice, planWrite, type WritePlan, wantsCompression } from "./plan-write.ts";
import { verifyFailed } from "./prove-write.ts";
import { type FinishedFile, plannedSize, type WrittenFile, writeFile } from "./write-file.ts";
import {
  loadChipErase,
  loadCompressor,
  loadEncryptionRules,
  loadHeaderRewriter,
  loadShortcuts,
  recogniseLate,
} from "./write-parts.ts";

export interface WriteFlashOptions {
  /** `auto`: as is best for the loader. Each file is sent plain anyway when compressing does not make it smaller. */
  readonly compress?: CompressChoice | undefined;
  /** Erase the whole chip first. */
  readonly eraseAll?: boolean | undefined;
  /** Write although security features or image headers speak against it. */
  readonly force?: boolean | undefined;
  /** For the header of the bootloader image; default `keep`. */
  readonly flashMode?: FlashMode | "keep" | undefined;
  readonly flashFrequency?: string | undefined;
  /** A size by name, `keep` or `detect`. */
  readonly flashSize?: string | undefined;
  /** `SPI`, `HSPI` or CLK,Q,D,HD,CS. */
  readonly spiConnection?: string | undefined;
  /** Have the chip encrypt every file, not only those that are marked `encrypted`. */
  readonly encrypt?: boolean | undefined;
  /** Encrypt although the eFuses hold no key for it, or an odd configuration. */
  readonly ignoreFlashEncryptionEfuses?: boolean | undefined;
  /**
   * Ask the chip by digests what is in flash already, and write only what is not; where asking is not possible, or would
   * not pay, everything is written. Default true. `always`: small files are asked for also where writing them is sooner
   * done, so that what is there is not erased.
   */
  readonly skip?: boolean | "always" | undefined;
  /** Leave out files that are in flash already, as one digest of each shows, and write the others whole. */
  readonly skipFlashed?: boolean | undefined;
  /** For files with `previous` contents that have not changed: believe that flash holds them, without a digest. */
  readonly trustFlashContent?: boolean | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface WriteFlashResult {
  readonly files: readonly WrittenFile[];
  readonly elapsedMs: number;
}

const checkSkip: Check<boolean | "always"> = (value, argument) =>
  value === "always" ? value : checkBoolean(value, argument);

export const WRITE_OPTIONS: Shape<WriteFlashOptions> = {
  ...SPI_OPTIONS,
  ...HEADER_OPTIONS,
  compress: optional(oneOf<CompressChoice>(["auto", "always", "never"])),
  eraseAll: optional(checkBoolean),
  force: checkForce,
  encrypt: optional(checkBoolean),
  ignoreFlashEncryptionEfuses: optional(checkBoolean),
  skip: optional(checkSkip),
  skipFlashed: optional(checkBoolean),
  trustFlashContent: optional(checkBoolean),
};
const checkWriteOptions: Check<WriteFlashOptions> = shape<WriteFlashOptions>(WRITE_OPTIONS);

/**
 * Writes files to flash and has the loader prove each of them. Resumes after lost or garbled answers, and after the loss
 * of the port when the same chip comes back on it; encrypted data excepted, of which nobody can tell how much arrived.
 * Throws `flash.*`, `image.*`, `argument.*`, `file.unreadable` (a Blob), `link.*`, `port.*`, `operation.aborted`, and `package.part-missing` before
 * anything is erased.
 * @example await writeFlash(session, [{ address: 0x10000, data: app, name: "app.bin" }]);
 */
export async function writeFlash(
  session: Session,
  files: readonly FileToWriteInput[],
  options: WriteFlashOptions = {},
): Promise<WriteFlashResult> {
  const live = checkSession(session, "session");
  const wanted = checkWriteOptions(options, "options");
  const read = filesToWrite(files, "files");
  const marked = markedFiles(read instanceof Promise ? await read : read, wanted);
  return await operation(live, wanted.signal, () => write(live, marked, wanted));
}

/** The files, marked as the options say. What is wrong with them alone is said before the chip is touched. */
export function markedFiles(given: readonly FileToWrite[], { encrypt }: WriteFlashOptions): readonly FileToWrite[] {
  const early = guardArguments(given) ?? guardOverlap(given);
  if (early !== null) throw early;
  return encrypt === true ? given.map((file) => ({ ...file, encrypted: true })) : given;
}

/**
 * All that is decided before anything is changed; the flash is attached then. `emit` is told what speaks against it, or is
 * worth knowing. Throws as `writeFlash` does.
 */
export async function prepareWrite(
  session: LiveSession,
  files: readonly FileToWrite[],
  options: WriteFlashOptions,
  emit: Emit = session.emit,
): Promise<WritePlan> {
  const { chip, traits, secureDownload } = session;
  const attaching = stopwatch(session);
  const before = waits(session);
  await attachFlash(session, options.spiConnection);
  const security = await readSecurityFacts(session);
  const geometry = await configureFlash(session, options.flashSize ?? "keep", emit);
  notePace(session, waits(session) - before, attaching());
  const facts = {
    chip,
    security,
    revision: session.identity?.revision ?? null,
    secureDownload,
    limitBytes: geometry.limitBytes,
    loaderBytes: geometry.loaderBytes,
    reachesBeyond16MiB: reachesBeyond16MiB(session),
    recognise: recogniseLate,
  };
  const { force = false } = options;
  const images = await judgeImages(files, facts);
  const rules = force ? null : await loadSecurityRules(security);
  const refusal = guardWrite(files, facts, { force, rules, images: images.refusal });
  // What a refusal says need not be said twice, but for the sentence by which scripts know it.
  for (const warning of images.warnings)
    if (refusal === null || warning.code === "image.wrong-chip") emit({ type: "warning", ...warning });
  if (refusal !== null) throw refusal;
  if (files.some(({ encrypted }) => encrypted === true)) {
    const { checkEncryption } = await loadEncryptionRules();
    await checkEncryption(session, files, options.ignoreFlashEncryptionEfuses ?? false, ENCRYPTION_TOOLS);
  }
  const keepHeaders = secureDownload || security.secureBoot;
  const settings: HeaderSettings = {
    mode: options.flashMode ?? "keep",
    frequency: options.flashFrequency ?? "keep",
    size: geometry.headerSize,
  };
  const plan = planWrite(files, {
    chip,
    traits,
    keepHeaders,
    settings,
    compressor: wantsCompression(options.compress ?? "auto", traits) ? await loadCompressor() : null,
    rewriteHeader: keepHeaders ? null : await loadHeaderRewriter(files, chip, settings),
    eraseAll: options.eraseAll ?? false,
    shortcuts: await loadShortcuts(files, options),
    skipFlashed: options.skipFlashed ?? false,
    skip: options.skip !== false,
  });
  for (const warning of plan.warnings) emit({ type: "warning", ...warning });
  for (const note of plan.notes) emit({ type: "note", ...note });
  return plan;
}

async function write(
  session: LiveSession,
  files: readonly FileToWrite[],
  options: WriteFlashOptions,
): Promise<WriteFlashResult> {
  const { emit, traits } = session;
  const elapsed = stopwatch(session);
  const plan = await prepareWrite(session, files, options);
  const security = await readSecurityFacts(session);
  await haveStubAtHand(session);
  const overwriteProof = traits.md5Reply === null || plan.files.length < 2 ? null : await loadOverwriteProof();
  throwIfAborted(session.link.signal);
  if (options.eraseAll === true) await (await loadChipErase()).eraseChip(session, options.force ?? false, ERASE_TOOLS);
  const written: WrittenFile[] = [];
  for (const { index, name, address } of plan.skipped) {
    emit({ type: "warning", code: "file.empty", message: `'${name}' is empty.`, details: { file: name, address } });
    written[index] = skippedFile(name, address, files[index]?.encrypted ?? false);
  }
  const shared = {
    count: plan.files.length,
    tally: new Tally(plan.files.reduce((sum, file) => sum + plannedSize(file), 0)),
    allowance: askingAllowance(session, plan, { asksAlways: options.skip === "always" }),
    trustFlashContent: options.trustFlashContent ?? false,
    judgeAgain: async (index: number) => {
      const now = await readSecurityFacts(session);
      const planAgain = async (isLeft: (file: unknown, index: number) => boolean) =>
        (await prepareWrite(session, files.filter(isLeft), options)).files;
      await (await loadSecurityRules(now))?.judgeAgain({ security, now }, plan.files.slice(index), planAgain);
    },
  };
  const finished: FinishedFile[] = [];
  for (const [index, file] of plan.files.entries()) {
    const done = await writeFile(session, plan, file, { index, ...shared });
    finished.push(done);
    written[file.index] = done.written;
  }
  await overwriteProof?.proveNotWrittenOver(session, finished, OVERWRITE_TOOLS);
  return { files: written, elapsedMs: elapsed() };
}

const OVERWRITE_TOOLS: OverwriteTools = {
  lossSurvivor,
  compareWithFlash,
  flashHolds,
  verifyFailed,
  hexAddress,
  toHex,
};

/** Before anything is erased, like all parts. Throws `package.part-missing`. */
async function loadOverwriteProof(): Promise<typeof import("./overwritten.ts")> {
  return await loadPart("the proof that no file was written over", () => import("./overwritten.ts"));
}

function skippedFile(name: string, address: number, encrypted: boolean): WrittenFile {
  return {
    name,
    address,
    sizeBytes: 0,
    compressedBytes: null,
    writtenBytes: 0,
    encrypted,
    skipped: true,
    verified: "impossible",
    elapsedMs: 0,
  };
}
