import type { CommandSpec } from "../../types.ts";

export const SPEC: CommandSpec = {
  name: "burn-efuse",
  description:
    "Burns eFuses by name. A number is decimal, 0x, 0o or 0b; bytes are hex as they lie in memory, or with 0x one big " +
    "number. An eFuse of one bit needs no value, nor does one that counts by its bits.",
  arguments: [
    {
      name: "NAME VALUE",
      kind: "words",
      usage: "[<EFUSE_NAME> <VALUE>] ...",
      summary: "Names, each with its value",
    },
  ],
  options: [{ name: "force", summary: "Burn what the checks advise against. For this command alone" }],
  examples: [
    { command: "espefuse --port virtual:esp32c3 burn-efuse DIS_TWAI 1", what: "one bit" },
    { command: "espefuse --chip esp32 --virt burn-efuse UART_DOWNLOAD_DIS", what: "without a value" },
    { command: "espefuse --dry-run burn-efuse WDT_DELAY_SEL 2 DIS_TWAI 1", what: "only show what would change" },
  ],
  scopes: ["burn"],
};
