import { hex, type LineFormat } from "./rules.ts";

/** Panics as esp-backtrace prints them. Fact sheet of crashes, section 5. */
export const RUST: LineFormat = {
  system: "rust",
  // The list of addresses ends with the first line that is none.
  patience: 2,
  rules: [
    { pattern: /^={4,40} PANIC ={4,40}$/, begins: true, take: (_, draft) => draft.because("panic", "panic") },
    {
      pattern: /^(?:thread '.{1,64}' )?panicked at (.+?):(\d+):\d+:?(.*)/,
      take: ([text, file = "", line, words = ""], draft) => {
        draft.sourceAt({ file, line: Number(line) });
        draft.reasonText = text;
        draft.awaitsWords = words.trim() === "";
      },
    },
    {
      pattern: /^!! A panic occurred in '(.+)', at line (\d+)/,
      begins: true,
      take: ([text, file = "", line], draft) => {
        draft.sourceAt({ file, line: Number(line) });
        draft.because("panic", text);
      },
    },
    {
      pattern: /^Exception occurred '(.+)'/,
      begins: true,
      take: ([, text = ""], draft) => draft.because("exception", text),
    },
    {
      pattern: /^Backtrace:$/,
      take: (_, draft) => {
        draft.awaitsWords = false;
      },
    },
    // Rust writes them into a line of their own.
    {
      pattern: /^.{1,256}/,
      when: ({ awaitsWords }) => awaitsWords,
      take: ([text], draft) => {
        draft.reasonText = `${draft.reasonText} ${text}`;
        draft.awaitsWords = false;
      },
    },
    { pattern: /^0x([0-9a-fA-F]{1,8})$/, take: ([, pc], draft) => draft.addEntry({ pc: hex(pc), sp: null }) },
    {
      pattern: /^STACKDUMP: ([0-9a-fA-F]{8}) ([0-9a-fA-F]+)$/,
      take: ([, pc, bytes = ""], draft) => {
        draft.machine = "riscv";
        draft.setRegister("MEPC", hex(pc));
        // Where the stack is in memory is not told: distances are what counts.
        draft.setRegister("SP", 0);
        const words = [...bytes.matchAll(/[0-9a-fA-F]{8}/g)].map(([digits]) => swapped(hex(digits)));
        for (let at = 0; at < words.length; at += 8) draft.addRow({ address: 4 * at, words: words.slice(at, at + 8) });
      },
    },
  ],
};

function swapped(word: number): number {
  return (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
