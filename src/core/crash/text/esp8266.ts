import type { CrashReason } from "../crash-dump.ts";
import { hex, type LineFormat, type LineRule, wordsOf } from "./rules.ts";

const saying = (pattern: RegExp, reason: CrashReason): LineRule => ({
  pattern,
  take: ([text], draft) => draft.because(reason, text.trim()),
});

/** Crashes of the ESP8266, of its Arduino core and of the SDK below it. Fact sheet of crashes, section 4. */
export const ESP8266: LineFormat = {
  system: "esp8266",
  patience: 16,
  rules: [
    {
      pattern: /^-{3,40} CUT HERE FOR EXCEPTION DECODER -{3,40}$/,
      begins: true,
      take: (_, draft) => {
        draft.machine = "xtensa";
        // It stands before and behind.
        draft.isComplete = draft.reason !== "unknown" || draft.hasRegisters;
      },
    },
    {
      pattern: /^Exception \((\d+)\):/,
      begins: true,
      take: ([, cause], draft) => {
        draft.machine = "xtensa";
        draft.cause = Number(cause);
        draft.because("exception", `Exception (${cause})`);
      },
    },
    {
      pattern: /^Fatal exception (\d+) ?\(([^)]{0,100})\):/,
      begins: true,
      take: ([, cause, name = ""], draft) => {
        draft.machine = "xtensa";
        draft.cause = Number(cause);
        draft.because("exception", name);
      },
    },
    {
      pattern: /^epc1=0x/,
      take: ({ input }, draft) => {
        for (const [, name = "", digits] of input.matchAll(/\b(epc\d|excvaddr|depc)=0x([0-9a-fA-F]{8})\b/g)) {
          if (name === "excvaddr") draft.faultAddress = hex(digits);
          draft.setRegister(name.toUpperCase(), hex(digits));
        }
      },
    },
    saying(/^(?:Soft|Hardware) WDT reset/, "watchdog"),
    {
      pattern: /^Panic ([^ ]+):(\d+) ([^ :]+)(?:: Assertion '(.*)' failed\.)?/,
      take: ([, file = "", line, functionName = "", expression], draft) => {
        draft.because(expression === undefined ? "panic" : "assert", "Panic");
        draft.sourceAt({ file, line: Number(line), functionName, expression: expression ?? null });
      },
    },
    saying(/^Abort called/, "abort"),
    saying(/^Unhandled C\+\+ exception: .+/, "abort"),
    saying(/^Stack overflow detected/, "stack-overflow"),
    { pattern: /^User exception \(panic\/abort\/assert\)/, take: null },
    {
      pattern: /^last failed alloc (?:caller|call): (?:0x)?([0-9a-fA-F]{8})(?:\(\d+\))?(.*)/,
      take: ([text, address], draft) => {
        draft.addAddress("last failed alloc", hex(address));
        draft.addDetail(text);
      },
    },
    { pattern: /^(?:>>>stack>>>|<<<stack<<<)/, take: null },
    { pattern: /^ctx: (cont|sys|bearssl)/, take: ([text], draft) => draft.addDetail(text) },
    {
      pattern: /^sp: ([0-9a-fA-F]{8}) end: ([0-9a-fA-F]{8}) offset: ([0-9a-fA-F]{4})/,
      take: ([, sp], draft) => draft.setRegister("SP", hex(sp)),
    },
    {
      pattern: /^([0-9a-fA-F]{8}): {1,2}([0-9a-fA-F]{8} .*)/,
      take: ([, address, words = ""], draft) => draft.addRow({ address: hex(address), words: wordsOf(words) }),
    },
  ],
};
