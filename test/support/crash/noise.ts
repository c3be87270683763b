import { seededRandom } from "../mutation.ts";

const PIECE_BYTES = 65_536;

/** Bytes without end, in pieces. */
export type Noise = () => Uint8Array<ArrayBuffer>;

function repeated(text: string): () => Noise {
  const one = Buffer.from(text, "latin1");
  return () => {
    let at = 0;
    return () => {
      const piece = new Uint8Array(PIECE_BYTES);
      for (let index = 0; index < piece.length; index++) piece[index] = one[at++ % one.length] ?? 0;
      return piece;
    };
  };
}

/** Any of the lines, by chance. */
function lines(...choices: readonly string[]): () => Noise {
  return () => {
    const random = seededRandom(3);
    return () => {
      const parts: string[] = [];
      for (let size = 0; size < PIECE_BYTES; size += parts.at(-1)?.length ?? 0)
        parts.push(choices[random(choices.length)] ?? "");
      return Uint8Array.from(Buffer.from(parts.join(""), "latin1"));
    };
  };
}

const GURU = "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\n";
const REGISTERS = "MEPC    : 0x42000066  RA      : 0x4200007e  SP      : 0x3fc81fe0  GP      : 0x3fc80800  \r\n";
const ROW = `3fc81fe0: ${"0x42000066 ".repeat(8)}\r\n`;

/** What a line may carry that means nothing, or almost something; by name. */
export const NOISES: Readonly<Record<string, () => Noise>> = {
  "random bytes": () => {
    const random = seededRandom(7);
    return () => Uint8Array.from({ length: PIECE_BYTES }, () => random(256));
  },
  "one line without end": repeated("0x42000066 Backtrace: "),
  zeros: repeated("\0"),
  "ends of lines": repeated("\n"),
  "carriage returns": repeated(`${"\r".repeat(3000)}x\n`),
  blanks: repeated(`${" ".repeat(4000)}x\n`),
  "escape characters": repeated("\u001b["),
  "colours without end": repeated(`${"\u001b[0;31m".repeat(500)}x\n`),
  "half-started panics": lines(
    GURU,
    "\r\n",
    "Core  0 register dump:\r\n",
    REGISTERS,
    "Stack memory:\r\n",
    ROW,
    "x\r\n",
  ),
  "panics one after the other": repeated(`${GURU}${REGISTERS}Rebooting...\r\n`),
  "dumps that never end": repeated(ROW),
  "almost hexadecimal": lines(
    "3fc81fe0: 0x4200006g 0x42 0x420000667 \n",
    "0x:0x 0x4200:0x3fc8 ",
    "Backtrace: 0x4200006z\n",
  ),
  "digits alone": repeated("0123456789abcdef"),
  "starts of a chip": lines("ets Jul 29 2019 12:21:46\r\n", "rst:0x8 (TG1WDT_SYS_RST),boot:0x13 (X)\r\n", "\r\n"),
  "troubles of a start": repeated("invalid header: 0xffffffff\r\n"),
  "a core dump without end": lines(
    "===== CORE DUMP START =====\n",
    "AAAA".repeat(16).concat("\n"),
    "no base64 at all\n",
  ),
  "heads of binary frames": repeated("\u0001\u0003\u00ff"),
};
