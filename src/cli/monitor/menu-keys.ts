/** What a key stands for. */
export type KeyAction =
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: MenuItem }
  /** The menu key: the next key chooses. */
  | { readonly kind: "menu" }
  | { readonly kind: "interrupt-sent" }
  | { readonly kind: "unknown"; readonly key: string };

export type MenuItem = "help" | "reset" | "bootloader" | "log" | "timestamps" | "exit";

/** The keys of esp-idf-monitor. */
const EXIT_KEY = 0x1d;
const MENU_KEY = 0x14;
const INTERRUPT_KEY = 0x03;

const MENU: Readonly<Record<string, MenuItem>> = {
  H: "help",
  "?": "help",
  R: "reset",
  P: "bootloader",
  L: "log",
  I: "timestamps",
  X: "exit",
};

export const MENU_LINE = "H help, R reset, P bootloader, L log on/off, I timestamps on/off, X exit";

export const HELP_LINES: readonly string[] = [
  "Ctrl-]         exit",
  "Ctrl-T         menu; then, with or without Ctrl:",
  "  H            this help",
  "  R            reset the chip",
  "  P            start the chip's bootloader, to flash it",
  "  L            log to a file on/off",
  "  I            timestamps on/off",
  "  X            exit",
  "  Ctrl-T       send Ctrl-T to the chip",
  "  Ctrl-]       send Ctrl-] to the chip",
  "Everything else, Ctrl-C too, is sent to the chip.",
];

/** Reads keys, also when several come at once: the returned function says what each stands for, in order. */
export function menuKeys(): (bytes: Uint8Array) => readonly KeyAction[] {
  let inMenu = false;
  return (bytes) => {
    const actions: KeyAction[] = [];
    let start = 0;
    const sendUpTo = (end: number): void => {
      if (end > start) actions.push({ kind: "send", bytes: bytes.subarray(start, end) });
      start = end + 1;
    };
    bytes.forEach((key, index) => {
      if (inMenu) {
        inMenu = false;
        start = index + 1;
        actions.push(menuAction(key));
      } else if (key === EXIT_KEY) {
        sendUpTo(index);
        actions.push({ kind: "exit" });
      } else if (key === MENU_KEY) {
        sendUpTo(index);
        inMenu = true;
        actions.push({ kind: "menu" });
      } else if (key === INTERRUPT_KEY) {
        sendUpTo(index + 1);
        start = index + 1;
        actions.push({ kind: "interrupt-sent" });
      }
    });
    sendUpTo(bytes.length);
    return actions;
  };
}

function menuAction(key: number): KeyAction {
  if (key === MENU_KEY || key === EXIT_KEY) return { kind: "send", bytes: Uint8Array.of(key) };
  // With Ctrl held down a letter is its place in the alphabet.
  const letter = String.fromCharCode(key >= 1 && key <= 26 ? key + 0x40 : key).toUpperCase();
  const item = MENU[letter];
  return item === undefined ? { kind: "unknown", key: letter } : { kind: item };
}
