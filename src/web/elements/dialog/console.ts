import { isEspError, type Monitor, monitor, type Port } from "../../../index.ts";
import { h, put } from "./dom.ts";
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
  const crashes =
    elf === null ? null : await crashWatch(elf, port, add).catch((error: Error) => void add(error.message));
  let running: Monitor | null = null;
  try {
    running = await monitor(port, {
      signal,
      ...(baudRate !== null && { baudRate }),
      onLine: ({ text }) => {
        add(text);
        crashes?.(text);
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
      body: [log, inputRow(shell, running)],
      actions: [
        { label: say("save"), act: () => save(lines) },
        { label: say("reset"), isDisabled: running === null, act: () => void running?.reset() },
        { label: say("back"), isPrimary: true, act: () => answer() },
      ],
    }));
  } finally {
    await running?.close();
  }
}

function inputRow({ say }: Shell, running: Monitor | null): HTMLElement {
  const field = h("input", { "aria-label": say("input"), autocomplete: "off", spellcheck: "false" });
  const form = h("form", { class: "row" }, field, h("button", { disabled: running === null }, say("send")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void running?.write(new TextEncoder().encode(`${field.value}\r\n`));
    put(field);
    field.value = "";
  });
  return form;
}

/** Without a reset of the board. */
function save(lines: readonly string[]): void {
  const url = URL.createObjectURL(new Blob([`${lines.join("\n")}\n`], { type: "text/plain" }));
  h("a", { href: url, download: "log.txt" }).click();
  URL.revokeObjectURL(url);
}

/** Looks at the lines by the debug information of a program. */
async function crashWatch(elf: string, port: Port, tell: (text: string) => void): Promise<(line: string) => void> {
  const { crashReader, crashText, debugInfo } = await import("../../../crash.ts");
  const response = await fetch(elf);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || bytes.length > MOST_ELF_BYTES) throw new Error(`${elf}: ${response.status}`);
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
