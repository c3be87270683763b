import { fromBase64 } from "../../bytes/base64.ts";
import { concatBytes } from "../../bytes/words.ts";
import { checkText } from "../../check/values.ts";

const START = /={3,40} CORE DUMP START ={3,40}/;
const END = /={3,40} CORE DUMP END ={3,40}/;
/** Each row is padded for itself. */
const ROW = /^[A-Za-z0-9+/]{2,128}={0,2}$/;
/** No device has more memory to dump. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * The last core dump in the text of a console: rows of base64, between which log lines may stand. Null where there is none; what is
 * cut off ends where it ends.
 */
export function coreDumpInLog(text: string): Uint8Array<ArrayBuffer> | null {
  checkText(text, "text");
  let rows: Uint8Array[] | null = null;
  let isInside = false;
  let sizeBytes = 0;
  for (const raw of text.split("\n")) {
    const line = raw.trim();
    if (START.test(line)) {
      rows = [];
      isInside = true;
      sizeBytes = 0;
    } else if (END.test(line)) isInside = false;
    else if (isInside && rows !== null && line.length % 4 === 0 && ROW.test(line)) {
      const row = fromBase64(line);
      sizeBytes += row.length;
      if (sizeBytes > MOST_BYTES) return null;
      rows.push(row);
    }
  }
  return rows === null ? null : concatBytes(rows);
}
