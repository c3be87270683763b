import { readU32, roundUp } from "../../bytes/words.ts";
import { type ImageProblem, invalid, truncated } from "../image-problem.ts";
import {
  CHECKSUM_ALIGNMENT,
  type FirmwareImage,
  type ImageSegment,
  imageChecksum,
  MAXIMUM_SEGMENTS,
  SEGMENT_BYTES_LIMIT,
  SEGMENT_HEADER_BYTES,
} from "./firmware-image.ts";

export type ImageBody = Pick<FirmwareImage, "segments" | "padding" | "checksum" | "dataBytes" | "problems">;

/** The segments and the checksum behind them; null for a checksum that is not reached. */
export function readBody(bytes: Uint8Array<ArrayBuffer>, first: number, segmentCount: number): ImageBody {
  const problems: ImageProblem[] = [];
  if (segmentCount > MAXIMUM_SEGMENTS)
    problems.push(invalid(`The header tells of ${segmentCount} segments; there can be ${MAXIMUM_SEGMENTS}.`, 1));
  const segments: ImageSegment[] = [];
  const unfinished = { segments, padding: bytes.subarray(bytes.length), checksum: null, dataBytes: bytes.length };
  let at = first;
  for (let index = 0; index < segmentCount; index++) {
    const found = readSegment(bytes, at, true);
    problems.push(...found.problems);
    if (found.segment !== null) segments.push(found.segment);
    if (found.end === null) return { ...unfinished, problems };
    at = found.end;
  }
  const dataBytes = roundUp(at + 1, CHECKSUM_ALIGNMENT);
  if (dataBytes > bytes.length)
    return { ...unfinished, problems: [...problems, truncated("its checksum", bytes.length)] };
  return {
    segments,
    padding: bytes.subarray(at, dataBytes - 1),
    checksum: { stored: bytes[dataBytes - 1] ?? 0, computed: imageChecksum(segments) },
    dataBytes,
    problems,
  };
}

export interface FoundSegment {
  /** With what is there of its data. */
  readonly segment: ImageSegment | null;
  /** Offset behind it; null when it breaks off, so that nothing can be told of what follows. */
  readonly end: number | null;
  readonly problems: readonly ImageProblem[];
}

export function readSegment(bytes: Uint8Array<ArrayBuffer>, offset: number, includeInChecksum: boolean): FoundSegment {
  const start = offset + SEGMENT_HEADER_BYTES;
  if (start > bytes.length)
    return { segment: null, end: null, problems: [truncated("a segment's header", bytes.length)] };
  const sizeBytes = readU32(bytes, offset + 4);
  const end = start + sizeBytes;
  const segment = {
    address: readU32(bytes, offset),
    data: bytes.subarray(start, Math.min(end, bytes.length)),
    fileOffset: offset,
    includeInChecksum,
  };
  const problems: ImageProblem[] = [];
  if (sizeBytes >= SEGMENT_BYTES_LIMIT) problems.push(tooLarge(sizeBytes, offset));
  else if (sizeBytes % 4 !== 0)
    problems.push(
      invalid(`The segment at offset ${offset} has ${sizeBytes} bytes, which is no multiple of 4.`, offset + 4),
    );
  if (end <= bytes.length) return { segment, end, problems };
  // A length that cannot be says nothing of how long the file should be.
  if (problems.length === 0)
    problems.push(truncated(`the end of the segment at offset ${offset} (${sizeBytes} bytes)`, bytes.length));
  return { segment, end: null, problems };
}

function tooLarge(sizeBytes: number, offset: number): ImageProblem {
  return invalid(`The segment at offset ${offset} has ${sizeBytes} bytes; it must have less than 16 MiB.`, offset + 4);
}
