import { hexBytes } from "./numbers.ts";
import type { Handles, RenderContext } from "./render-types.ts";

/** Wire traffic: `TRACE +S.mmm` is the time since the line before (fact sheet 2.9). */
export function renderTrace({ terminal, now }: RenderContext): Handles<"trace"> {
  let last: number | undefined;
  return {
    trace: ({ direction, bytes, text }) => {
      const time = now();
      const delta = ((time - (last ?? time)) / 1000).toFixed(3);
      last = time;
      if (text !== "") terminal.line(`  TRACE +${delta}   ${text}`);
      if (bytes.length === 0) return;
      const verb = direction === "send" ? "Write" : "Read";
      const head = `  TRACE +${text === "" ? delta : "0.000"}   ${`${verb} ${bytes.length} bytes:`.padEnd(21)}`;
      if (bytes.length <= ROW) terminal.line(head + hexBytes(bytes));
      else {
        terminal.line(head.trimEnd());
        for (let at = 0; at < bytes.length; at += ROW) terminal.line(dumpRow(bytes.subarray(at, at + ROW)));
      }
    },
  };
}

const ROW = 16;

/** Two groups of eight bytes, then the same as text. */
function dumpRow(bytes: Uint8Array): string {
  const left = hexBytes(bytes.subarray(0, ROW / 2)).padEnd(ROW);
  const right = hexBytes(bytes.subarray(ROW / 2)).padEnd(ROW);
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `    ${left} ${right} | ${text}`;
}
