import type { Compressor } from "../../bytes/deflate.ts";
import { hexAddress, toHex } from "../../bytes/hex.ts";
import { EspError } from "../../errors.ts";
import { loadWords } from "../../load-part.ts";
import type { LiveSession } from "../../session/session.ts";
import { type PieceOfWork, progressTeller, type Tally } from "../../session/talk/progress.ts";
import { type Comparison, compareWithFlash, findDifferences, type Verified } from "../flash-digest.ts";
import { SECTOR_BYTES } from "../sectors.ts";
import { isErasedDigest } from "../skip/ask-flash.ts";
import { encodeBlocks } from "./encode-blocks.ts";
import { questionsOf } from "./flash-questions.ts";
import type { FilePlan } from "./plan-write.ts";
import { runWrite } from "./run-write.ts";

/** What events of progress say of the file. */
type Work = Omit<PieceOfWork, "total"> & { readonly tally: Tally };

/**
 * Lets the loader prove that the file is in flash. Sectors that are not right are written once more, compressed where
 * there is a compressor, and proved again.
 * Throws `flash.verify-failed`, `flash.write-empty`, and what writing throws.
 */
export async function verifyWritten(
  session: LiveSession,
  file: FilePlan,
  compressor: Compressor | null,
  work: Work,
): Promise<Verified> {
  const { emit, traits } = session;
  const { name, writeAddress, data } = file;
  if (traits.md5Reply === null || file.encrypted) {
    emit({ type: "verify.impossible", reason: file.encrypted ? ENCRYPTED : NO_DIGESTS });
    return "impossible";
  }
  emit({ type: "verify.started", file: name, address: writeAddress, sizeBytes: data.length });
  let result = await compareWithFlash(session, writeAddress, data);
  if (!result.matches) {
    await repair(session, file, compressor, work);
    result = await compareWithFlash(session, writeAddress, data);
  }
  if (!result.matches) throw await verifyFailed(session, file, result);
  emit({ type: "verify.matched", file: name, after: "write" });
  return "md5";
}

const NO_DIGESTS = "This loader cannot compute digests of flash, so nothing is verified.";
const ENCRYPTED = "Flash holds encrypted data now, whose digest is not that of the file, so nothing is verified.";

async function repair(session: LiveSession, file: FilePlan, compressor: Compressor | null, work: Work): Promise<void> {
  const { name, writeAddress, data } = file;
  const spans = await findDifferences(session, { address: writeAddress, data });
  const sizeBytes = spans.reduce((sum, span) => sum + span.sizeBytes, 0);
  session.emit({
    type: "warning",
    code: "write.repairing",
    message: `'${name}' did not arrive in flash intact; ${sizeBytes} bytes are written again.`,
    details: { file: name, spans: spans.map((span) => ({ ...span, address: writeAddress + span.offset })) },
  });
  work.tally.total += sizeBytes;
  for (const span of spans) {
    const part = data.subarray(span.offset, span.offset + span.sizeBytes);
    const encoded = encodeBlocks(part, { compressor, blockSize: session.traits.flashBlockSize });
    const tell = progressTeller(session, { ...work, total: span.sizeBytes });
    const address = writeAddress + span.offset;
    await runWrite(session, { address, data: part, encoded, compressor, name, encrypted: false, tell });
    work.tally.finish(span.sizeBytes);
  }
}

/** The error of a proof that failed, with what explains it. */
export async function verifyFailed(
  session: LiveSession,
  file: FilePlan,
  { expected, actual }: Comparison,
): Promise<EspError> {
  const { name, writeAddress, data } = file;
  const [first] = await findDifferences(session, { address: writeAddress, data });
  const offset = first?.offset ?? 0;
  const firstBadAddress = writeAddress + offset;
  const details = {
    file: name,
    address: writeAddress,
    sizeBytes: data.length,
    expectedMd5: toHex(expected),
    flashMd5: toHex(actual),
    firstBadAddress,
  };
  const isErased = isErasedDigest(actual, data.length);
  const words = await loadWords(() => import("./explain-mismatch.ts"));
  if (words === null)
    return new EspError(
      isErased ? "flash.write-empty" : "flash.verify-failed",
      `'${name}' is not in flash as it should be.`,
      {
        hint: "Check the power supply and the wiring of the flash; a worn or wrong flash chip shows like this.",
        details,
      },
    );
  return await words.explainedError(questionsOf(session), {
    details,
    place: hexAddress(firstBadAddress),
    sector: data.subarray(offset, offset + SECTOR_BYTES),
    isErased,
  });
}
