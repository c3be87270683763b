import { isEspError, type Monitor, monitor, type Port } from "../../../index.ts";
import { h } from "./dom.ts";
import type { Shell } from "./shell.ts";

interface ConsoleStep {
  readonly port: Port;
  /** At which the firmware prints; null: as is usual. */
  readonly baudRate: number | null;
  /** Address of the ELF file by which crashes are explained. */
  readonly elf: string | null;
}

const MOST_LINES = 5000;
const MOST_ELF_BYTES = 200_000_000;
/** A crash that is cut off is told after so long without a line. */
const SILENCE_MS = 1000;
/** Colours and the like, which terminals understand. */
const ESCAPES = new RegExp(`${String.fromCharCode(0x1b)}\\[[0-9;?]{0,20}[A-Za-z]`, "g");

/** Shows what the board prints, and explains crashes; comes back when that is not wanted any more. */
export async function showConsole(shell: Shell, { port, baudRate, elf }: ConsoleStep): Promise<void> {
  const { say, signal } = shell;
  const log = h("div", { role: "log", "aria-live": "off", "aria-label": say("consoleTitle"), tabindex: 0 });
  const lines: string[] = [];
  const add = (text: string): void => {
    const clean = text.replace(ESCAPES, "");
    const isAtEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
    lines.push(clean);
    log.append(`${clean}\n`);
    if (lines.length > MOST_LINES) {
      lines.shift();
      log.firstChild?.remove();
    }
    if (isAtEnd) log.scrollTop = log.scrollHeight;
  };
  let crashes: (line: string) => void = () => {};
  if (elf !== null) {
    // Neither the log nor the person waits for it, however large it is; what came before is looked at then.
    crashWatch(elf, { port, signal, tell: add }).then(
      (watch) => {
        for (const line of [...lines]) watch(line);
        crashes = watch;
      },
      (error: Error) => {
        if (!signal.aborted) add(`--- ${error.message}`);
      },
    );
  }
  let running: Monitor | null = null;
  try {
    running = await monitor(port, {
      signal,
      ...(baudRate !== null && { baudRate }),
      onLine: ({ text }) => {
        add(text);
        crashes(text);
      },
      onEvent: ({ type }) => {
        if (type === "lost") add(`--- ${say("lostPort")}`);
        if (type === "back") add(`--- ${say("backPort")}`);
      },
    });
  } catch (error) {
    if (!isEspError(error) || signal.aborted) throw error;
    add(error.message);
  }
  try {
    await shell.ask<void>((answer) => ({
      title: say("consoleTitle"),
      body: [log, inputRow(shell, running, add)],
      actions: [
        { label: say("save"), act: () => save(lines) },
        { label: say("reset"), isDisabled: running === null, act: () => tellFailure(running?.reset(), add) },
        { label: say("back"), isPrimary: true, act: () => answer() },
      ],
    }));
  } finally {
    await running?.close();
  }
}

/** What the board refuses is told where its answers are. */
function tellFailure(work: Promise<unknown> | undefined, tell: (text: string) => void): void {
  work?.catch((error: Error) => tell(`--- ${error.message}`));
}

function inputRow({ say }: Shell, running: Monitor | null, tell: (text: string) => void): HTMLElement {
  const field = h("input", { "aria-label": say("input"), autocomplete: "off", spellcheck: "false" });
  const form = h("form", { class: "row" }, field, h("button", { disabled: running === null }, say("send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tellFailure(running?.write(new TextEncoder().encode(`${field.value}\r\n`)), tell);
    field.value = "";
  });
  return form;
}

/** Without a reset of the board. */
function save(lines: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
  h("a", { href: url, download: "log.txt" }).click();
  // The browser has begun to read it by then, or has it in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

interface Watching {
  readonly port: Port;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
}

/** Looks at the lines by the debug information of a program. */
async function crashWatch(elf: string, { port, signal, tell }: Watching): Promise<(line: string) => void> {
  const { crashReader, crashText, debugInfo } = await import("../../../crash.ts");
  const response = await fetch(elf, { signal });
  if (!response.ok) throw new Error(`${elf}: ${response.status}`);
  const bytes = await bytesOf(response, elf);
  const reader = crashReader({
    programs: [debugInfo(bytes)],
    onCrash: (report) => {
      for (const line of crashText(report)) tell(`--- ${line}`);
    },
  });
  let cancel: () => void = () => {};
  return (line) => {
    cancel();
    reader.push(`${line}\n`);
    if (reader.isReading) cancel = port.clock.after(SILENCE_MS, () => reader.finish());
  };
}

/** No more is taken than a program can have. */
async function bytesOf({ body }: Response, elf: string): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const reader = body?.getReader();
  let sizeBytes = 0;
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    sizeBytes += part.value.length;
    if (sizeBytes > MOST_ELF_BYTES) {
      void reader?.cancel().catch(() => {});
      throw new Error(`${elf}: > ${MOST_ELF_BYTES}`);
    }
    chunks.push(part.value);
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
