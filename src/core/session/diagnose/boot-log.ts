/** What a ROM prints when it starts (fact sheet 2.3), found in whatever else was heard. */
export interface BootLog {
  /** `0x13`; for the ESP8266 the first number of `boot mode:(1,6)`. */
  readonly bootMode: number | null;
  /** The name in brackets after it, if any: `SPI_FAST_FLASH_BOOT`. */
  readonly bootName: string | null;
  readonly resetCause: string | null;
  /** The ROM says that it waits for a download. */
  readonly download: boolean;
}

/** The last boot message in the text, or null when there is none. */
export function findBootLog(text: string): BootLog | null {
  const boot = lastMatch(text, /boot:0x([0-9a-fA-F]+)(?:\s*\(([^\r\n]*)\))?/g);
  const boot8266 = lastMatch(text, /boot mode:\((\d+),\d+\)/g);
  const cause = lastMatch(text, /rst:(0x[0-9a-fA-F]+(?: \([A-Za-z0-9_ -]+\))?)|rst cause:(\d+)/g);
  if (boot === null && boot8266 === null) return null;
  const download = /waiting for download/.test(text.slice(boot?.index ?? boot8266?.index ?? 0));
  if (boot !== null)
    return {
      bootMode: Number.parseInt(boot[1] ?? "0", 16),
      bootName: boot[2] ?? null,
      resetCause: cause?.[1] ?? null,
      download: download || /DOWNLOAD/.test(boot[2] ?? ""),
    };
  // ESP8266: mode 1 is the UART download mode (boot pins GPIO15, GPIO0, GPIO2 = 0, 0, 1).
  const mode = Number.parseInt(boot8266?.[1] ?? "0", 10);
  return { bootMode: mode, bootName: null, resetCause: cause?.[2] ?? null, download: mode === 1 };
}

function lastMatch(text: string, pattern: RegExp): RegExpExecArray | null {
  let last: RegExpExecArray | null = null;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) last = match;
  return last;
}
