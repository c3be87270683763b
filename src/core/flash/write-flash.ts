import type { FlashMode } from "../chip/flash-header.ts";
import type { AbortSignalLike } from "../errors.ts";
import type { Session } from "../session/session.ts";
import { attachFlash } from "./attach.ts";
import { configureFlash, reachesBeyond16MiB } from "./configure-flash.ts";
import { eraseChip } from "./erase.ts";
import { readSecurityFacts } from "./facts.ts";
import { type FlashFile, guardArguments, guardOverlap, guardWrite } from "./guard.ts";
import { flashOperation, stopwatch } from "./operation.ts";
import { type CompressChoice, type FilePlan, planWrite } from "./plan-write.ts";
import { runWrite } from "./run-write.ts";
import { type Verified, verifyWritten } from "./verify.ts";

export interface WriteFlashOptions {
  /** `auto`: as is best for the loader. Each file is sent plain anyway when compressing does not make it smaller. */
  readonly compress?: CompressChoice;
  /** Erase the whole chip first. */
  readonly eraseAll?: boolean;
  /** Write although security features or image headers speak against it. */
  readonly force?: boolean;
  /** For the header of the bootloader image; default `keep`. */
  readonly flashMode?: FlashMode | "keep";
  readonly flashFrequency?: string;
  /** A size by name, `keep` or `detect`. */
  readonly flashSize?: string;
  /** `SPI`, `HSPI` or CLK,Q,D,HD,CS. */
  readonly spiConnection?: string;
  readonly signal?: AbortSignalLike;
}

export interface WrittenFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  /** Null when sent plain. */
  readonly compressedBytes: number | null;
  /** Bytes of flash contents, filling included. */
  readonly writtenBytes: number;
  /** Empty file. */
  readonly skipped: boolean;
  readonly verified: Verified;
  readonly elapsedMs: number;
}

export interface WriteFlashResult {
  readonly files: readonly WrittenFile[];
  readonly elapsedMs: number;
}

/**
 * Writes files to flash and has the loader prove each of them. Resumes after lost or garbled answers.
 * Throws `flash.*`, `image.*`, `argument.*`, `link.*`, `port.*`, `operation.aborted`.
 * @example await writeFlash(session, [{ address: 0x10000, data: app, name: "app.bin" }]);
 */
export async function writeFlash(
  session: Session,
  files: readonly FlashFile[],
  options: WriteFlashOptions = {},
): Promise<WriteFlashResult> {
  // What is wrong with the files alone is said before the chip is touched.
  const early = guardArguments(files) ?? guardOverlap(files);
  if (early !== null) throw early;
  return await flashOperation(session, options.signal, () => write(session, files, options));
}

async function write(
  session: Session,
  files: readonly FlashFile[],
  options: WriteFlashOptions,
): Promise<WriteFlashResult> {
  const { emit, chip, traits, secureDownload } = session;
  const elapsed = stopwatch(session);
  await attachFlash(session, options.spiConnection);
  const security = await readSecurityFacts(session);
  const geometry = await configureFlash(session, options.flashSize ?? "keep");
  const facts = {
    chip,
    security,
    revision: session.identity?.revision ?? null,
    secureDownload,
    limitBytes: geometry.limitBytes,
    reachesBeyond16MiB: reachesBeyond16MiB(session),
  };
  const refusal = guardWrite(files, facts, { force: options.force ?? false });
  if (refusal !== null) throw refusal;
  const plan = planWrite(files, {
    chip,
    traits,
    keepHeaders: secureDownload || security.secureBoot,
    settings: {
      mode: options.flashMode ?? "keep",
      frequency: options.flashFrequency ?? "keep",
      size: geometry.headerSize,
    },
    compress: options.compress ?? "auto",
    eraseAll: options.eraseAll ?? false,
  });
  for (const warning of plan.warnings) emit({ type: "warning", ...warning });
  if (options.eraseAll === true) await eraseChip(session, { force: options.force ?? false });
  const written: WrittenFile[] = [];
  for (const { index, name, address } of plan.skipped) {
    emit({ type: "warning", code: "file.empty", message: `'${name}' is empty.`, details: { file: name, address } });
    written[index] = skippedFile(name, address);
  }
  for (const [turn, file] of plan.files.entries())
    written[file.index] = await writeFile(session, file, { index: turn, count: plan.files.length });
  return { files: written, elapsedMs: elapsed() };
}

function skippedFile(name: string, address: number): WrittenFile {
  return {
    name,
    address,
    sizeBytes: 0,
    compressedBytes: null,
    writtenBytes: 0,
    skipped: true,
    verified: "impossible",
    elapsedMs: 0,
  };
}

async function writeFile(
  session: Session,
  file: FilePlan,
  position: { readonly index: number; readonly count: number },
): Promise<WrittenFile> {
  const elapsed = stopwatch(session);
  const { name, address, sizeBytes, encoded, data } = file;
  const { compressedBytes } = encoded;
  announce(session, file, position);
  await runWrite(session, { address: file.writeAddress, data, encoded, name });
  session.emit({ type: "write.done", file: name, address, sizeBytes, compressedBytes, elapsedMs: elapsed() });
  const verified = await verifyWritten(session, file);
  return {
    name,
    address,
    sizeBytes,
    compressedBytes,
    writtenBytes: data.length,
    skipped: false,
    verified,
    elapsedMs: elapsed(),
  };
}

function announce(
  { emit }: Session,
  { name, address, sizeBytes, patched, notes, warnings, erases, encoded, data }: FilePlan,
  { index, count }: { readonly index: number; readonly count: number },
): void {
  emit({ type: "write.file", file: name, address, sizeBytes, index, count });
  for (const warning of warnings) emit({ type: "warning", ...warning });
  if (patched.parameters !== null) emit({ type: "flash.parameters-patched", file: name, ...patched.parameters });
  if (patched.digestUpdated) emit({ type: "flash.digest-updated", file: name });
  for (const note of notes) emit({ type: "note", ...note });
  if (erases !== null) emit({ type: "write.erases", ...erases });
  if (encoded.compressedBytes !== null)
    emit({ type: "write.compressed", sizeBytes: data.length, compressedBytes: encoded.compressedBytes });
}
