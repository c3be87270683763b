import type { EspError, Remedy } from "../../index.ts";

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
  "erase-region": "erase-region",
  "read-flash-status": "read-flash-status",
  "show-security-info": "esptool get-security-info",
  "show-chip": "esptool chip-id, esptool read-mac",
  "make-ram-image": "elf2image --ram-only-header",
  "sign-version-2": "sign-data --version 2",
  "make-version-1-key": "generate-signing-key --version 1",
  "recover-efuses": "check-error --recovery",
};

/** What to type, the most promising first; null where nothing is known. */
export function remedyWords({ remedies, details }: Pick<EspError, "remedies" | "details">): string | null {
  const words = remedies.map((remedy) => {
    const typed = TYPED[remedy];
    return typeof typed === "function" ? typed(details) : typed;
  });
  return words.length === 0 ? null : words.join(", or ");
}
