import { hex, type LineFormat, setRegisters } from "./rules.ts";

/** Fatal errors of Zephyr. Fact sheet of crashes, section 5. */
export const ZEPHYR: LineFormat = {
  system: "zephyr",
  patience: 16,
  // The time before it is cut off already.
  prefix: /^(?:<err> [a-z_]{1,16}: |E: )/,
  rules: [
    {
      pattern: /^ *mcause: (\d+), (.+)/,
      begins: true,
      take: ([, cause, text = ""], draft) => {
        draft.machine = "riscv";
        draft.cause = Number(cause);
        draft.because("exception", text);
      },
    },
    {
      pattern: /^ *\*\* FATAL EXCEPTION/,
      begins: true,
      take: (_, draft) => {
        draft.machine = "xtensa";
      },
    },
    {
      pattern: /^ *\*\* CPU (\d+) EXCCAUSE (\d+) \(([^)]{0,100})\)/,
      take: ([, core, cause, text = ""], draft) => {
        draft.core = Number(core);
        draft.cause = Number(cause);
        draft.because("exception", text);
      },
    },
    {
      pattern: /^ *\*\* +(?:PC|A\d+|SP|PS|SAR|LBEG|LEND) 0x[0-9a-fA-F]{8}/,
      take: ({ input }, draft) => setRegisters(draft, input, /\b([A-Z][A-Z0-9]*) 0x([0-9a-fA-F]{8})\b/g),
    },
    {
      pattern: /^ *mtval: ([0-9a-fA-F]{1,8})/,
      take: ([, address], draft) => {
        draft.faultAddress = hex(address);
      },
    },
    { pattern: /^ *call trace:/, take: null },
    {
      pattern: /^ *\d+: (?:sp|fp): ([0-9a-fA-F]{8}) +ra: ([0-9a-fA-F]{8})/,
      take: ([, sp, pc], draft) => draft.addEntry({ pc: hex(pc), sp: hex(sp) }),
    },
    {
      pattern: /^ *(?:[ast]\d+|ra|sp|gp|tp|mepc|mstatus): [0-9a-fA-F]{8}/,
      take: ({ input }, draft) => setRegisters(draft, input, /\b([a-z][a-z0-9]*): ([0-9a-fA-F]{8})\b/g),
    },
    {
      pattern: /^Backtrace: ?(.*)/,
      take: ([, text = ""], draft) => {
        for (const [, pc, sp] of text.matchAll(/0x([0-9a-fA-F]{8}):0x([0-9a-fA-F]{8})/g))
          draft.addEntry({ pc: hex(pc), sp: hex(sp) });
      },
    },
    {
      pattern: /^>>> ZEPHYR FATAL ERROR \d+: (.+?) on CPU (\d+)$/,
      begins: true,
      take: ([, text = "", core], draft) => {
        draft.core = Number(core);
        draft.because("panic", text);
      },
    },
    {
      pattern: /^Current thread: 0x[0-9a-fA-F]+ \(([^)]{0,100})\)/,
      take: ([, task = ""], draft) => {
        draft.task = task;
      },
    },
    { pattern: /^Halting system/, ends: true, take: null },
  ],
};
