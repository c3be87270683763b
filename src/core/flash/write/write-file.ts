import type { LiveSession } from "../../session/session.ts";
import { stopwatch } from "../../session/talk/operation.ts";
import { type PieceOfWork, progressTeller, type Tally } from "../../session/talk/progress.ts";
import { compareWithFlash, flashHolds, type Verified } from "../flash-digest.ts";
import { makeLineFast } from "../setup/line-rate.ts";
import { lossSurvivor, type SurviveLoss } from "../setup/survive-loss.ts";
import type { Finding } from "../skip/ask-flash.ts";
import { type AskingAllowance, askForFile } from "./asking.ts";
import type { EncodedData } from "./encode-blocks.ts";
import type { WritePiece } from "./plan-piece.ts";
import { type FilePlan, partPieces, type WritePlan, wholePiece } from "./plan-write.ts";
import { verifyWritten } from "./prove-write.ts";
import { newProgress, runWrite } from "./run-write.ts";
import type { Shortcuts } from "./write-parts.ts";

export interface WrittenFile {
  readonly name: string;
  readonly address: number;
  readonly sizeBytes: number;
  /** Null when nothing was sent compressed. */
  readonly compressedBytes: number | null;
  /** Bytes of flash contents, filling included. */
  readonly writtenBytes: number;
  readonly encrypted: boolean;
  /** Nothing was written: an empty file, or one that is in flash already. */
  readonly skipped: boolean;
  readonly verified: Verified;
  readonly elapsedMs: number;
}

/** A file that is in flash, and what of it was written. */
export interface FinishedFile {
  readonly file: FilePlan;
  readonly pieces: readonly WritePiece[];
  readonly written: WrittenFile;
}

/** One file's turn. */
interface Turn {
  readonly session: LiveSession;
  readonly plan: WritePlan;
  readonly file: FilePlan;
  readonly survive: SurviveLoss;
  readonly position: Position;
}

export interface Position {
  readonly index: number;
  readonly count: number;
  /** All bytes of all files. */
  readonly tally: Tally;
  /** A file whose changes come to nothing is not looked for in flash. */
  readonly trustFlashContent: boolean;
  readonly allowance: AskingAllowance;
  /** Whether the files from this one on may be written still. */
  readonly judgeAgain: (index: number) => Promise<void>;
}

/** Writes one file of a plan, or what is needed of it, and lets the loader prove it. Throws as `writeFlash` does. */
export async function writeFile(
  session: LiveSession,
  plan: WritePlan,
  file: FilePlan,
  position: Position,
): Promise<FinishedFile> {
  const elapsed = stopwatch(session);
  const survive = lossSurvivor(session, file, () => position.judgeAgain(position.index));
  const turn: Turn = { session, plan, file, survive, position };
  announce(turn);
  const { pieces, verified } = await writeNeeded(turn);
  const { name, address, sizeBytes, encrypted } = file;
  const compressed = pieces.flatMap(({ encoded }) => encoded.compressedBytes ?? []);
  const written: WrittenFile = {
    name,
    address,
    sizeBytes,
    compressedBytes: compressed.length === 0 ? null : sum(compressed),
    writtenBytes: piecesSize(pieces),
    encrypted,
    skipped: pieces.length === 0,
    verified,
    elapsedMs: elapsed(),
  };
  return { file, pieces, written };
}

/** How many bytes of a file are written at most, as far as is known before the chip is asked. */
export function plannedSize({ approach, pieces, data }: FilePlan): number {
  return approach === "differences" ? data.length : piecesSize(pieces);
}

/** How many bytes of flash contents they have. */
export function piecesSize(pieces: readonly WritePiece[]): number {
  return sum(pieces.map(({ data }) => data.length));
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

interface Written {
  readonly pieces: readonly WritePiece[];
  readonly verified: Verified;
}

async function writeNeeded(turn: Turn): Promise<Written> {
  const { file, plan } = turn;
  if (file.approach === "differences") return await writeDifferences(turn);
  if (file.approach === "whole" || plan.shortcuts === null) return await writeAndVerify(turn, file.pieces, true);
  return await writeUnlessShorter(turn, plan.shortcuts);
}

/** As the caller wants to have it shorter, and where that was not enough, all of it. */
async function writeUnlessShorter(turn: Turn, { takeShortcut }: Shortcuts): Promise<Written> {
  const { session, plan, file, survive, position } = turn;
  const { writeAddress, data, approach } = file;
  const { pieces: before, verified } = await takeShortcut(file, position.trustFlashContent, {
    emit: session.emit,
    survive,
    flashHolds: () => flashHolds(session, writeAddress, data),
    compareWithFlash: () => compareWithFlash(session, writeAddress, data),
    writePieces: (pieces) => writePieces(turn, pieces, false),
  });
  if (verified !== null) {
    position.tally.finish(piecesSize(file.pieces) - piecesSize(before));
    return { pieces: before, verified };
  }
  const again = approach === "changes" ? [wholePiece(file, plan)] : file.pieces;
  position.tally.total += piecesSize([...before, ...again]) - piecesSize(file.pieces);
  const whole = await writeAndVerify(turn, again, true);
  return { pieces: [...before, ...whole.pieces], verified: whole.verified };
}
/** Asks what is there, writes what is not, and has all of it proved. */
async function writeDifferences(turn: Turn): Promise<Written> {
  const { session, plan, file, survive, position } = turn;
  const found = await survive(() => askForFile(session, file, position.allowance));
  const pieces = partPieces(file, found.parts, plan);
  const sizeBytes = piecesSize(pieces);
  tellFinding(turn, found, sizeBytes);
  position.tally.finish(file.data.length - sizeBytes);
  if (pieces.length === 0) {
    foundThere(turn, found);
    return { pieces, verified: "md5" };
  }
  return await writeAndVerify(turn, pieces, sizeBytes === file.data.length);
}

function tellFinding({ session, file }: Turn, { questions, elapsedMs, parts }: Finding, differingBytes: number): void {
  session.emit({
    type: "write.compared",
    file: file.name,
    address: file.writeAddress,
    sizeBytes: file.data.length,
    sameBytes: file.data.length - differingBytes,
    regions: parts.length,
    questions,
    elapsedMs,
  });
}

/** Nothing is sent; whoever looks for progress, for what was written and for the proof finds them where they always are. */
function foundThere(turn: Turn, { elapsedMs }: Finding): void {
  const { session, file } = turn;
  const { name, address, sizeBytes, data } = file;
  session.emit({ type: "write.skipped", file: name, address, sizeBytes });
  progressTeller(session, { ...workOn(turn), total: data.length, tally: undefined })(data.length, address);
  session.emit({ type: "write.done", file: name, address, sizeBytes: 0, compressedBytes: null, elapsedMs });
  session.emit({ type: "verify.matched", file: name, after: "write" });
}

async function writeAndVerify(turn: Turn, pieces: readonly WritePiece[], isWhole: boolean): Promise<Written> {
  const { session, plan, file, survive } = turn;
  await writePieces(turn, pieces, isWhole);
  return { pieces, verified: await survive(() => verifyWritten(session, file, plan.compressor, workOn(turn))) };
}

/** What events of progress say of the file. */
function workOn({
  file: { name },
  position: { index, count, tally },
}: Turn): Omit<PieceOfWork, "total"> & { tally: Tally } {
  return { phase: "write", file: name, fileIndex: index, fileCount: count, tally };
}

/** At the best rate, when there is much of them: known only now, when the chip has said what it holds. */
async function writePieces(turn: Turn, pieces: readonly WritePiece[], isWhole: boolean): Promise<void> {
  const { session, survive } = turn;
  await survive(() => makeLineFast(session, sum(pieces.map(({ encoded }) => lineBytesOf(encoded)))));
  for (const piece of pieces) await writePiece(turn, piece, isWhole);
}

const lineBytesOf = ({ blocks }: EncodedData): number => sum(blocks.map(({ bytes }) => bytes.length));

async function writePiece(turn: Turn, piece: WritePiece, isWhole: boolean): Promise<void> {
  const { session, plan, file, survive } = turn;
  const { emit } = session;
  const { address, data, erases, encoded, notes } = piece;
  const { name, encrypted } = file;
  const { compressedBytes } = encoded;
  const elapsed = stopwatch(session);
  if (!isWhole) emit({ type: "write.region", file: name, address, sizeBytes: data.length });
  for (const note of notes) emit({ type: "note", ...note });
  if (erases !== null) emit({ type: "write.erases", ...erases });
  if (compressedBytes !== null) emit({ type: "write.compressed", sizeBytes: data.length, compressedBytes });
  const progress = newProgress();
  const work = workOn(turn);
  const tell = progressTeller(session, { ...work, total: data.length });
  await survive(() =>
    runWrite(session, { address, data, encoded, compressor: plan.compressor, name, encrypted, tell }, progress),
  );
  work.tally.finish(data.length);
  emit({
    type: "write.done",
    file: name,
    address: isWhole ? file.address : address,
    sizeBytes: isWhole ? file.sizeBytes : data.length,
    compressedBytes,
    elapsedMs: elapsed(),
  });
}

function announce({ session: { emit }, file, position: { index, count } }: Turn): void {
  const { name, address, sizeBytes, warnings, patched, notes } = file;
  emit({ type: "write.file", file: name, address, sizeBytes, index, count });
  for (const warning of warnings) emit({ type: "warning", ...warning });
  if (patched.parameters !== null) emit({ type: "flash.parameters-patched", file: name, ...patched.parameters });
  if (patched.digestUpdated) emit({ type: "flash.digest-updated", file: name });
  for (const note of notes) emit({ type: "note", ...note });
}
