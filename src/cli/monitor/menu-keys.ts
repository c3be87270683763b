/** What a key stands for. */
export type KeyAction =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: MenuItem }
  /** The menu key: the next key chooses. */
  | { readonly kind: "menu" }
  | { readonly kind: "interrupt-sent" }
  /** Something was chosen that needs words: what has been typed of them so far. */
  | { readonly kind: "typing"; readonly asked: Asked; readonly text: string }
  | { readonly kind: "typed"; readonly asked: Asked; readonly text: string }
  | { readonly kind: "cancelled" }
  | { readonly kind: "unknown"; readonly key: string };

export type MenuItem = "help" | "reset" | "bootloader" | "output" | "log" | "timestamps" | "flash" | "exit";
/** What is chosen with words: to be searched, or to be sent. */
export type Asked = "search" | "send";

/** The keys of esp-idf-monitor. */
const EXIT_KEY = 0x1d;
const MENU_KEY = 0x14;
const INTERRUPT_KEY = 0x03;
const ESCAPE_KEY = 0x1b;
const ENTER_KEYS: ReadonlySet<number> = new Set([0x0a, 0x0d]);
const BACKSPACE_KEYS: ReadonlySet<number> = new Set([0x08, 0x7f]);
const MOST_TYPED = 1024;

const MENU: Readonly<Record<string, MenuItem>> = {
  H: "help",
  "?": "help",
  R: "reset",
  P: "bootloader",
  Y: "output",
  L: "log",
  I: "timestamps",
  F: "flash",
  A: "flash",
  X: "exit",
};
const ASKED: Readonly<Record<string, Asked>> = { "/": "search", S: "send" };

export const MENU_LINE =
  "H help, R reset, P bootloader, Y freeze/go on, / search, S send, L log on/off, I timestamps on/off, X exit";

export const HELP_LINES: readonly string[] = [
  "Ctrl-]         exit",
  "Ctrl-T         menu; then, with or without Ctrl:",
  "  H            this help, also ?",
  "  R            reset the chip",
  "  P            start the chip's bootloader, to flash it",
  "  F, A         how to flash it",
  "  Y            freeze the screen, and go on; the log goes on meanwhile",
  "  /            search what was shown",
  "  S            send a line, or @FILE: a file",
  "  L            log to a file on/off",
  "  I            timestamps on/off",
  "  X            exit",
  "  Ctrl-T       send Ctrl-T to the chip",
  "  Ctrl-]       send Ctrl-] to the chip",
  "Everything else, Ctrl-C too, is sent to the chip.",
];

/** Reads keys, also when several come at once: the returned function says what each stands for, in order. */
export function menuKeys(): (bytes: Uint8Array) => readonly KeyAction[] {
  let isInMenu = false;
  let typing: { readonly asked: Asked; readonly bytes: readonly number[] } | null = null;
  const choose = (key: number): KeyAction => {
    const action = menuAction(key);
    if (action.kind === "typing") typing = { asked: action.asked, bytes: [] };
    return action;
  };
  const type = (key: number, { asked, bytes }: NonNullable<typeof typing>): KeyAction => {
    if (key === ESCAPE_KEY || key === EXIT_KEY || key === INTERRUPT_KEY) {
      typing = null;
      return { kind: "cancelled" };
    }
    if (ENTER_KEYS.has(key)) {
      typing = null;
      return { kind: "typed", asked, text: textOf(bytes) };
    }
    const typed = BACKSPACE_KEYS.has(key) ? withoutLast(bytes) : [...bytes, key].slice(0, MOST_TYPED);
    typing = { asked, bytes: typed };
    return { kind: "typing", asked, text: textOf(typed) };
  };
  return (bytes) => {
    const actions: KeyAction[] = [];
    let start = 0;
    const sendUpTo = (end: number): void => {
      if (end > start) actions.push({ kind: "send", bytes: bytes.subarray(start, end) });
    };
    bytes.forEach((key, index) => {
      if (typing !== null) actions.push(type(key, typing));
      else if (isInMenu) {
        isInMenu = false;
        actions.push(choose(key));
      } else if (key === EXIT_KEY || key === MENU_KEY) {
        sendUpTo(index);
        isInMenu = key === MENU_KEY;
        actions.push({ kind: isInMenu ? "menu" : "exit" });
      } else if (key === INTERRUPT_KEY) {
        sendUpTo(index + 1);
        actions.push({ kind: "interrupt-sent" });
      } else return;
      start = index + 1;
    });
    sendUpTo(bytes.length);
    return actions;
  };
}

function menuAction(key: number): KeyAction {
  if (key === MENU_KEY || key === EXIT_KEY) return { kind: "send", bytes: Uint8Array.of(key) };
  // With Ctrl held down a letter is its place in the alphabet.
  const letter = String.fromCharCode(key >= 1 && key <= 26 ? key + 0x40 : key).toUpperCase();
  const asked = ASKED[letter];
  if (asked !== undefined) return { kind: "typing", asked, text: "" };
  const item = MENU[letter];
  return item === undefined ? { kind: "unknown", key: letter } : { kind: item };
}

/** A character whose last bytes are still to come is left out. */
const textOf = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes), { stream: true });

/** Without the last character, which may have several bytes. */
function withoutLast(bytes: readonly number[]): readonly number[] {
  const start = bytes.findLastIndex((byte) => (byte & 0xc0) !== 0x80);
  return bytes.slice(0, Math.max(0, start));
}
