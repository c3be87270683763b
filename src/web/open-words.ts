/** What is said of a port that did not open, by its code. Loaded when one does not. */
export interface OpenWords {
  readonly message: string;
  readonly hint: string;
}

export type OpenCode = "port.missing" | "port.permission" | "port.baud-unsupported" | "port.failed" | "port.busy";

const WORDS: Readonly<Record<Exclude<OpenCode, "port.busy">, OpenWords>> = {
  "port.missing": {
    message: "The serial port is not there any more.",
    hint: "Plug the board in again; a browser may want the port to be chosen anew then.",
  },
  "port.permission": {
    message: "The browser does not allow this page to use the serial port.",
    hint: "Pages need https and the permission for serial ports.",
  },
  "port.baud-unsupported": {
    message: "The browser does not accept this baud rate.",
    hint: "Choose a more common rate, such as 460800 or 115200.",
  },
  "port.failed": {
    message: "The serial port cannot be opened.",
    hint: "Close other programs that use it, and plug it in again.",
  },
};

/** `isOurs`: this page itself has it open. `isConnected`: what the browser says of the device; undefined where it says nothing. */
export function openWords(
  code: OpenCode,
  { isOurs, isConnected }: { readonly isOurs: boolean; readonly isConnected: boolean | undefined },
): OpenWords {
  if (code !== "port.busy") return WORDS[code];
  if (isOurs)
    return {
      message: "The serial port is open already: this page itself has opened it.",
      hint: "Close it first, or end the session that uses it with disconnect().",
    };
  const gone = isConnected === undefined ? ", or the board is gone" : "";
  return {
    message: `The serial port cannot be opened; something else has it open${gone}.`,
    hint: "Close other tabs and programs that use it, or unplug it and plug it in again.",
  };
}
