import { EspError, type Remedy } from "../../index.ts";

/** What is typed for each thing that would help. */
const TYPED: Readonly<Record<Remedy, string | ((details: EspError["details"]) => string)>> = {
  force: "--force",
  "connect-without-reset": "--before no-reset",
  "list-ports": "esptool ports",
  "choose-port": "--port PORT",
  "detect-chip": ({ found }) => `--chip ${typeof found === "string" ? found : "auto"}`,
  "lower-baud-rate": "--baud 115200",
  "no-stub": "--no-stub",
  "use-stub": "without --no-stub",
  "default-spi-connection": "without --spi-connection",
  "keep-flash-voltage": "without --override-vddsdio",
  "give-flash-size": "--flash-size 4MB",
  "erase-region": "esptool erase-region",
  "read-flash-status": "esptool read-flash-status",
  "show-security-info": "esptool get-security-info",
  "show-chip": "esptool chip-id, esptool read-mac",
  "make-ram-image": "esptool elf2image --ram-only-header",
  "sign-version-2": "espsecure sign-data --version 2",
  "make-version-1-key": "espsecure generate-signing-key --version 1",
  "recover-efuses": "espefuse check-error --recovery",
  "update-backup": "--update",
  "make-backup": "esptool backup",
  "show-ota": "esptool ota show",
  "decrypt-flash": "espsecure decrypt-flash-data",
  "make-encryption-key": "espsecure generate-flash-encryption-key",
  "show-bad-blocks": "esptool dump-bbm",
  "write-flash": "esptool write-flash",
};

/** What to type, the most promising first; null where nothing is known. */
export function remedyWords({ remedies, details }: Pick<EspError, "remedies" | "details">): string | null {
  const words = remedies.map((remedy) => {
    const typed = TYPED[remedy];
    return typeof typed === "function" ? typed(details) : typed;
  });
  return words.length === 0 ? null : words.join(", or ");
}

/** The option of the line that each is about; the others are commands of their own, whatever the line is. */
const OPTIONS: Readonly<Partial<Record<Remedy, string>>> = {
  force: "force",
  "connect-without-reset": "before",
  "choose-port": "port",
  "detect-chip": "chip",
  "lower-baud-rate": "baud",
  "no-stub": "no-stub",
  "use-stub": "no-stub",
  "default-spi-connection": "spi-connection",
  "keep-flash-voltage": "override-vddsdio",
  "give-flash-size": "flash-size",
  "update-backup": "update",
};

/** The error without what cannot be typed on its line. `options`: the names of those that the line may have. */
export function withRemediesOf(error: EspError, options: ReadonlySet<string>): EspError {
  const remedies = error.remedies.filter((remedy) => {
    const option = OPTIONS[remedy];
    return option === undefined || options.has(option);
  });
  if (remedies.length === error.remedies.length) return error;
  const { code, message, hint, details, cause, stack } = error;
  const told = new EspError(code, message, { ...(hint !== undefined && { hint }), remedies, details, cause });
  return Object.assign(told, { stack });
}
