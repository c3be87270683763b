import type { CommandSummary } from "../types.ts";

/** Every command with its one line of help, in the order of `espefuse --help`. */
export const ESPEFUSE_COMMANDS: readonly CommandSummary[] = [
  { name: "summary", group: "Read", summary: "Show eFuses with their values" },
  { name: "dump", group: "Read", summary: "Show or save the words of every block" },
  { name: "get-custom-mac", group: "Read", summary: "Show the MAC address of your own" },
  { name: "adc-info", group: "Read", summary: "Show the calibration of the analog converters" },
  { name: "check-error", group: "Read", summary: "Look for eFuses read with errors" },
  { name: "burn-efuse", group: "Burn", summary: "Burn eFuses by name" },
  { name: "burn-key", group: "Burn", summary: "Burn keys and protect them" },
  { name: "burn-key-digest", group: "Burn", summary: "Burn the digest of a key for secure boot" },
  { name: "burn-block-data", group: "Burn", summary: "Burn files into blocks" },
  { name: "burn-bit", group: "Burn", summary: "Burn bits by their numbers" },
  { name: "burn-custom-mac", group: "Burn", summary: "Burn a MAC address of your own" },
  { name: "set-flash-voltage", group: "Burn", summary: "Burn the voltage of the flash" },
  { name: "read-protect-efuse", group: "Burn", summary: "Hide eFuses from software" },
  { name: "write-protect-efuse", group: "Burn", summary: "Lock eFuses" },
  { name: "execute-scripts", group: "Burn", summary: "Not there any more", hidden: true },
];
