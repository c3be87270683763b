import type { BeforeMode } from "../session.ts";

/** What is told of ports, lines and chips that are not as most are, and what it is told of. */
export interface Unusual {
  readonly "connect.no-lines": { readonly path: string };
  readonly "reset.no-lines": { readonly path: string };
  readonly "connect.no-reset": { readonly before: BeforeMode };
  readonly "connect.slower": { readonly baudRate: number; readonly reason: string; readonly uploadsSlowly: boolean };
  readonly "connect.socket": object;
  readonly "stub.secure-download": object;
  readonly "stub.none": { readonly chip: string };
  readonly "stub.disabled": object;
  readonly "stub.secure-boot": { readonly chip: string };
  readonly "baud.fixed": { readonly path: string; readonly kept: number };
  readonly "baud.rom": { readonly chip: string; readonly kept: number; readonly isLocked: boolean };
  readonly "baud.fallback": { readonly refused: number; readonly kept: number };
  readonly "flash.no-answer": { readonly jedecWord: number; readonly customPins: boolean };
  readonly "flash.size-unknown": object;
  readonly "flash.unknown-size": { readonly assumed: string };
  readonly "flash.size-exceeds-detected": { readonly sizeBytes: number; readonly detectedBytes: number };
  readonly "flash.beyond-16mib": object;
}

type Words = { readonly [Code in keyof Unusual]: (facts: Unusual[Code]) => string };

const notReset = ({ path }: Unusual["reset.no-lines"]): string =>
  `Chip was NOT reset. Setting RTS/DTR lines is not supported for port ${path}.`;
const goesOn = (why: string): string => `${why}, continuing with the ROM loader.`;

const WORDS: Words = {
  "connect.no-lines": notReset,
  "reset.no-lines": notReset,
  "connect.no-reset": () =>
    "The chip is not reset before connecting, which fails if the chip is not in its loader already.",
  "connect.slower": ({ baudRate, reason, uploadsSlowly }) =>
    `The line did not stand ${baudRate} baud (${reason}); connecting again ${
      uploadsSlowly ? "with the stub uploaded at the initial rate" : "and keeping the initial rate"
    }.`,
  "connect.socket": () => "It is not possible to reset the chip over a TCP socket; put it into download mode by hand.",
  "stub.secure-download": () => goesOn("Stub flasher is not supported in Secure Download Mode"),
  "stub.none": ({ chip }) => goesOn(`Stub flasher is not yet supported on ${chip}`),
  "stub.disabled": () => goesOn("Stub flasher has been disabled for compatibility with this revision"),
  "stub.secure-boot": ({ chip }) => goesOn(`Stub flasher cannot run on an ${chip} with Secure Boot enabled`),
  "baud.fixed": ({ path, kept }) => `The baud rate of ${path} cannot be changed from here; keeping ${kept}.`,
  "baud.rom": ({ chip, kept, isLocked }) => {
    const why = isLocked
      ? `The baud rate cannot be changed on ${chip} in Secure Download Mode`
      : "ROM doesn't support changing baud rate";
    return `${why}. Keeping initial baud rate ${kept}.`;
  },
  "baud.fallback": ({ refused, kept }) =>
    `The line does not work at ${refused} baud. Keeping initial baud rate ${kept}.`,
  "flash.no-answer": ({ customPins }) =>
    `Failed to communicate with the flash chip; reading and writing will fail. Check ${customPins ? "the pins given" : "its wiring and supply"}.`,
  "flash.size-unknown": () =>
    "The flash size cannot be read in Secure Download Mode, so nothing checks whether files fit; give it.",
  "flash.unknown-size": ({ assumed }) => `The flash size could not be detected; ${assumed} is assumed.`,
  "flash.size-exceeds-detected": ({ sizeBytes, detectedBytes }) =>
    `The flash size given (${sizeBytes} bytes) is larger than the one detected (${detectedBytes} bytes).`,
  "flash.beyond-16mib": () => "Flash beyond 16 MiB cannot be reached with this loader on this chip.",
};

export function unusualWords<Code extends keyof Unusual>(code: Code, facts: Unusual[Code]): string {
  return WORDS[code](facts);
}
