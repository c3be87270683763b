import { hex, type LineFormat, setRegisters, wordsOf } from "./rules.ts";

/** Register dumps and assertions of NuttX. Fact sheet of crashes, section 5. */
export const NUTTX: LineFormat = {
  system: "nuttx",
  patience: 16,
  rules: [
    {
      pattern:
        /^riscv_exception: EXCEPTION: (.+?)\. MCAUSE: ([0-9a-fA-F]{1,8}), EPC: ([0-9a-fA-F]{8}), MTVAL: ([0-9a-fA-F]{8})/,
      begins: true,
      take: ([, text = "", cause, epc, value], draft) => {
        draft.machine = "riscv";
        draft.cause = hex(cause);
        draft.faultAddress = hex(value);
        draft.setRegister("MEPC", hex(epc));
        draft.because("exception", text);
      },
    },
    {
      pattern: /^xtensa_user_panic: User Exception: EXCCAUSE=([0-9a-fA-F]{4}) task: (.+)/,
      begins: true,
      take: ([, cause, task = ""], draft) => {
        draft.machine = "xtensa";
        draft.cause = hex(cause);
        draft.task = task;
        draft.because("exception", `EXCCAUSE=${cause}`);
      },
    },
    { pattern: /^riscv_exception: PANIC!!!/, take: null },
    {
      pattern: /^dump_assert_info: Assertion failed ([^:]*): at file: (.+?):(\d+) task: ([^ ]+)/,
      begins: true,
      take: ([, expression = "", file = "", line, task = ""], draft) => {
        draft.task = task;
        draft.sourceAt({ file, line: Number(line), expression: expression.trim() || null });
        draft.because("assert", "Assertion failed");
      },
    },
    { pattern: /^(?:dump_assert_info|dump_stack|dump_task|dump_fatal_info): /, take: null },
    {
      pattern: /^up_dump_register: +/,
      take: ({ input }, draft) => setRegisters(draft, input, /\b([A-Z][A-Z0-9]*): ([0-9a-fA-F]{8})\b/g),
    },
    {
      pattern: /^stack_dump: 0x([0-9a-fA-F]{8}): (.+)/,
      take: ([, address, words = ""], draft) => draft.addRow({ address: hex(address), words: wordsOf(words) }),
    },
    {
      pattern: /^sched_dumpstack: backtrace\| *\d+: (.+)/,
      take: ([, text = ""], draft) => {
        for (const pc of wordsOf(text)) draft.addEntry({ pc, sp: null });
      },
    },
  ],
};
