import type { CrashReason } from "../crash-dump.ts";
import type { CrashDraft } from "./draft.ts";
import { hex, type LineFormat, setRegisters, wordsOf } from "./rules.ts";

/** What the words in the headline's brackets mean; everything else is an exception of the processor. */
const REASONS: readonly (readonly [pattern: RegExp, reason: CrashReason])[] = [
  [/^Interrupt wdt timeout/, "interrupt-watchdog"],
  [/^Cache (?:error|disabled)/, "cache-error"],
  [/^Stack protection fault/, "stack-overflow"],
  [/^(?:abort|Unknown reason)/, "panic"],
];

/** Panics of ESP-IDF and of what is built on it: Arduino, MicroPython, ESPHome. Fact sheet of crashes, section 2. */
export const ESP_IDF: LineFormat = {
  system: "esp-idf",
  patience: 32,
  prefix: /^[EWIDV] \([^)]{1,24}\) (?:task_wdt|BOD|brownout|cpu_start|esp_system): ?/,
  rules: [
    {
      pattern: /^Guru Meditation Error: Core +(\d+) panic'ed \(([^)]{0,100})\)/,
      begins: true,
      take: ([, core, text = ""], draft) => {
        draft.core = Number(core);
        draft.because(REASONS.find(([pattern]) => pattern.test(text))?.[1] ?? "exception", text);
      },
    },
    {
      pattern: /^abort\(\) was called at PC 0x([0-9a-fA-F]{1,8})(?: on core (\d+))?/,
      begins: true,
      take: ([, address, core], draft) => {
        if (core !== undefined) draft.core = Number(core);
        draft.addAddress("abort PC", hex(address));
        draft.because("abort", "abort() was called");
      },
    },
    { pattern: /^assert failed: (.*)/, begins: true, take: ([, text = ""], draft) => takeAssertion(text, draft) },
    {
      pattern: /^\*\*\*ERROR\*\*\* A stack overflow in task (.{1,64}) has been detected/,
      begins: true,
      take: ([, task = ""], draft) => {
        draft.task = task;
        draft.because("stack-overflow", `A stack overflow in task ${task} has been detected`);
      },
    },
    {
      pattern: /^Stack smashing protect failure!/,
      begins: true,
      take: (_, draft) => draft.because("stack-smashing", "Stack smashing protect failure"),
    },
    {
      pattern: /^Undefined behavior of type (.+)/,
      begins: true,
      take: ([, type = ""], draft) => draft.because("undefined-behavior", `Undefined behavior of type ${type}`),
    },
    {
      pattern: /^CORRUPT HEAP: (.*)/,
      begins: true,
      take: ([, text = ""], draft) => draft.because("heap-corruption", text),
    },
    {
      pattern: /^ESP_ERROR_CHECK failed: esp_err_t (0x[0-9a-fA-F]+) \(([^)]{0,100})\) at 0x([0-9a-fA-F]{1,8})/,
      begins: true,
      take: ([, code = "", name = "", address], draft) => {
        draft.addAddress("ESP_ERROR_CHECK", hex(address));
        draft.because("error-check", `${name} (${code})`);
      },
    },
    {
      pattern: /^file: "([^"]*)" line (\d+)/,
      take: ([, file = "", line], draft) => draft.sourceAt({ file, line: Number(line) }),
    },
    { pattern: /^func: (.+)/, take: ([, functionName = ""], draft) => draft.sourceAt({ functionName }) },
    { pattern: /^expression: (.+)/, take: ([, expression = ""], draft) => draft.sourceAt({ expression }) },
    {
      pattern: /^Debug exception reason: (.+)/,
      take: ([, text = ""], draft) => {
        draft.addDetail(text.trim());
        const task = /^Stack canary watchpoint triggered \((.*)\)/.exec(text)?.[1];
        if (task === undefined) return;
        draft.task = task;
        draft.reason = "stack-overflow";
      },
    },
    { pattern: /^Memory dump at 0x[0-9a-fA-F]{8}: .+/, take: ([text], draft) => draft.addDetail(text) },
    {
      pattern: /^Detected in task "([^"]*)" at 0x[0-9a-fA-F]{8}/,
      take: ([text, task = ""], draft) => {
        draft.task = task;
        draft.addDetail(text);
      },
    },
    {
      pattern:
        /^(?:Stack (?:pointer|bounds): |Cache disabled but cached memory region accessed| *(?:memory type|faulting address|world|operation type|byte-enables): |ERROR: ).*/,
      take: ([text], draft) => draft.addDetail(text.trim()),
    },
    {
      pattern: /^Core +(\d+) register dump:/,
      begins: true,
      take: ([, core], draft) => draft.beginCore(Number(core)),
    },
    {
      pattern: /^Core +(\d+) was running in ISR context/,
      take: ([text], draft) => draft.addDetail(text.replace(/:$/, "")),
    },
    {
      // A value that lost its end can be made whole by the name behind it: then a colon follows.
      pattern: /^(?:EPC1|[A-Z][A-Z0-9/_-]*) *: 0x[0-9a-fA-F]{8}/,
      take: ({ input }, draft) =>
        setRegisters(draft, input, /\b([A-Z][A-Z0-9/_-]*) *: 0x([0-9a-fA-F]{8})\b(?! {0,8}:)/g),
    },
    { pattern: /^Stack memory:/, take: null },
    {
      pattern: /^([0-9a-fA-F]{8}): (0x[0-9a-fA-F]{8}\b.*)/,
      take: ([, address, words = ""], draft) => draft.addRow({ address: hex(address), words: wordsOf(words) }),
    },
    { pattern: /^Backtrace: ?(.*)/, begins: true, take: ([, text = ""], draft) => takeBacktrace(text, draft) },
    {
      pattern: /^ELF file SHA256: *([0-9a-fA-F]{8,64})/,
      take: ([, digits = ""], draft) => {
        draft.elfSha256 = digits.toLowerCase();
      },
    },
    {
      pattern: /^(?:Rebooting(?:\.\.\.| in \d+ seconds)|CPU halted\.|Entering gdb stub now)/,
      ends: true,
      take: null,
    },
    {
      pattern: /^Brownout detector was triggered/,
      begins: true,
      take: (_, draft) => draft.because("brownout", "Brownout detector was triggered"),
    },
    {
      pattern: /^Task watchdog got triggered\./,
      begins: true,
      take: (_, draft) => {
        draft.isFatal = false;
        draft.because("task-watchdog", "Task watchdog got triggered");
      },
    },
    { pattern: /^ ?- (.{1,64}\(CPU \d\).*)/, take: ([, name = ""], draft) => draft.addLateTask(name) },
    { pattern: /^Tasks currently running:/, take: null },
    { pattern: /^CPU (\d+): (.{1,64})$/, take: ([text], draft) => draft.addDetail(`running: ${text}`) },
    {
      pattern: /^Print CPU (\d+)(?: \(current core\))? (?:backtrace|registers)/,
      take: ([, core], draft) => draft.beginCore(Number(core)),
    },
    { pattern: /^Please enable CONFIG_ESP_SYSTEM_USE_FRAME_POINTER/, take: null },
    {
      pattern: /^Aborting\.$/,
      take: (_, draft) => {
        draft.isFatal = true;
      },
    },
  ],
};

/** `FUNCTION FILE:LINE (EXPRESSION)`, cut anywhere; with the flash cache off an address stands for the function. */
function takeAssertion(text: string, draft: CrashDraft): void {
  draft.because("assert", "assert failed");
  const address = /^0x([0-9a-fA-F]{8})\b/.exec(text)?.[1];
  if (address === undefined) takeAssertedPlace(text, draft);
  else draft.addAddress("assert", hex(address));
}

function takeAssertedPlace(text: string, draft: CrashDraft): void {
  const space = text.indexOf(" ");
  const functionName = space < 0 ? text : text.slice(0, space);
  const rest = space < 0 ? "" : text.slice(space + 1);
  const bracket = rest.indexOf(" (");
  const place = bracket < 0 ? rest : rest.slice(0, bracket);
  const colon = place.lastIndexOf(":");
  const line = Number(place.slice(colon + 1));
  const isPlace = colon > 0 && Number.isInteger(line);
  draft.sourceAt({
    functionName,
    file: isPlace ? place.slice(0, colon) : place === "" ? null : place,
    line: isPlace ? line : null,
    expression: bracket < 0 ? null : rest.slice(bracket + 2).replace(/\)$/, ""),
  });
}

function takeBacktrace(text: string, draft: CrashDraft): void {
  for (const [, pc, sp] of text.matchAll(/0x([0-9a-fA-F]{8}):0x([0-9a-fA-F]{8})/g))
    draft.addEntry({ pc: hex(pc), sp: hex(sp) });
  if (text.includes("|<-CORRUPTED")) draft.endBacktrace("corrupted");
  else if (text.includes("|<-CONTINUES")) draft.endBacktrace("continues");
  else if (text.includes("Backtrace ended abruptly")) draft.endBacktrace("aborted");
}
