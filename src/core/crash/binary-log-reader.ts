import { toUtf8 } from "../bytes/text.ts";
import { concatBytes } from "../bytes/words.ts";
import { type ByteSource, checkBytes } from "../check/bytes.ts";
import { type Check, optional } from "../check/check.ts";
import { shape } from "../check/shapes.ts";
import { listOf } from "../check/values.ts";
import type { DebugInfo } from "../debug-info/debug-info.ts";
import { logLines } from "./binary-log/frame-lines.ts";
import { frameAt } from "./binary-log/frames.ts";
import { checkInfo } from "./check-info.ts";

export interface BinaryLogOptions {
  /** The programs whose texts the application's frames refer to. */
  readonly programs?: readonly DebugInfo[] | undefined;
  /** The same for the frames of the boot loader. */
  readonly bootloaders?: readonly DebugInfo[] | undefined;
}

/** Makes text of a console on which ESP-IDF's log is in its binary form. */
export interface BinaryLogReader {
  /** Takes bytes, in pieces of any length; gives them as text: frames as lines, all else as it came. */
  push(bytes: ByteSource): Uint8Array<ArrayBuffer>;
  /** What looks like the beginning of a frame and is none: call it at the end, or when nothing comes for a while. */
  flush(): Uint8Array<ArrayBuffer>;
}

const checkOptions: Check<BinaryLogOptions> = shape<BinaryLogOptions>({
  programs: optional(listOf(checkInfo)),
  bootloaders: optional(listOf(checkInfo)),
});

/**
 * A reader for the binary form of ESP-IDF's log, version 2. Frames are those whose checksum is right; everything else is left as it is.
 * Texts that none of the programs has are shown by their addresses.
 *
 * @example
 * const log = binaryLogReader({ programs: [debugInfo(elf)] });
 * const text = new TextDecoder().decode(log.push(bytes)); // "I (1234) wifi: connected\n"
 */
export function binaryLogReader(options: BinaryLogOptions = {}): BinaryLogReader {
  const { programs = [], bootloaders = [] } = checkOptions(options, "options");
  let pending: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  return {
    push: (given) => {
      const bytes = concatBytes([pending, checkBytes(given, "bytes")]);
      const parts: Uint8Array[] = [];
      let start = 0;
      let at = 0;
      while (at < bytes.length) {
        const frame = frameAt(bytes, at);
        if (frame === "unfinished") break;
        if (frame === null) {
          at++;
          continue;
        }
        const lines = logLines(frame, frame.source === "app" ? programs : bootloaders);
        parts.push(bytes.subarray(start, at), toUtf8(lines.map((line) => `${line}\n`).join("")));
        at += frame.sizeBytes;
        start = at;
      }
      parts.push(bytes.subarray(start, at));
      pending = bytes.slice(at);
      return concatBytes(parts);
    },
    flush: () => {
      const rest = pending;
      pending = new Uint8Array(0);
      return rest;
    },
  };
}
