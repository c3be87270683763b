import { CHIP_INDEX } from "../../chip/chip-index.ts";
import type { BootDraft } from "./boot-draft.ts";
import { esp8266Reset, resetMeaning } from "./reset-reasons.ts";

/** What one kind of line means. */
export interface BootRule {
  readonly pattern: RegExp;
  /** `header`: the first line of a start; `reset`: belongs to the start whose header came before; `trouble`: may stand without either. */
  readonly place: "header" | "reset" | "trouble" | "inside";
  readonly take: (match: RegExpExecArray, draft: BootDraft) => void;
}

const trouble = (
  kind: Parameters<BootDraft["trouble"]>[0],
  pattern: RegExp,
  explain: (match: RegExpExecArray) => string,
): BootRule => ({
  pattern,
  place: "trouble",
  take: (match, draft) => draft.trouble(kind, match[0], explain(match)),
});

const ignored = (pattern: RegExp): BootRule => ({ pattern, place: "inside", take: () => {} });

/** Fact sheet of crashes, section 3. */
export const BOOT_RULES: readonly BootRule[] = [
  {
    pattern: /^ ?ets [A-Z][a-z]{2} +\d{1,2} \d{4},rst cause:(\d{1,2}), boot mode:\((\d{1,2}),(\d{1,2})\)/,
    place: "header",
    take: ([, cause, straps], draft) => {
      draft.chip = "esp8266";
      const { name = null, kind = null, says = null } = esp8266Reset(Number(cause)) ?? {};
      draft.reset = { code: Number(cause), name, kind, explanation: says };
      draft.boot = { value: Number(straps), name: null };
      draft.isDownloadMode = Number(straps) === 1;
    },
  },
  {
    pattern: /^ ?ets ([A-Z][a-z]{2} {1,2}\d{1,2} \d{4}) \d{2}:\d{2}:\d{2}/,
    place: "header",
    take: ([, built = ""], draft) => {
      draft.chip = "esp32";
      draft.romBuild = built;
    },
  },
  {
    pattern: /^ESP-ROM:(esp32[a-z0-9]{0,4})\b/,
    place: "header",
    take: ([, word], draft) => {
      draft.chip = CHIP_INDEX.find(({ id }) => id === word)?.id ?? null;
    },
  },
  {
    pattern: /^Build:([A-Z][a-z]{2} {1,2}\d{1,2} \d{4})/,
    place: "inside",
    take: ([, built = ""], draft) => {
      draft.romBuild = built;
    },
  },
  {
    pattern: /^rst:0x([0-9a-fA-F]{1,2}) \(([A-Z0-9_]{1,40})\),boot:0x([0-9a-fA-F]{1,4}) \((.{1,64})\)$/,
    place: "reset",
    take: ([, code = "", name = "", value = "", mode = ""], draft) => {
      const number = Number.parseInt(code, 16);
      const { kind = null, says = null } = resetMeaning(number, draft.chip) ?? {};
      draft.reset = { code: number, name, kind, explanation: says };
      draft.boot = { value: Number.parseInt(value, 16), name: mode };
      draft.isDownloadMode = /DOWNLOAD/.test(mode);
    },
  },
  {
    pattern: /^Saved PC:0x([0-9a-fA-F]{8})/,
    place: "inside",
    take: ([, pc = ""], draft) => {
      draft.savedPc = Number.parseInt(pc, 16);
    },
  },
  {
    pattern: /^waiting for download/,
    place: "inside",
    take: (_, draft) => {
      draft.isDownloadMode = true;
    },
  },
  {
    pattern: /^ELF file SHA256: {1,4}([0-9a-fA-F]{8,64})/,
    place: "inside",
    take: ([, digits = ""], draft) => {
      draft.elfSha256 = digits.toLowerCase();
    },
  },
  trouble("no-bootloader", /^invalid header: 0x([0-9a-fA-F]{8})/, ([, word]) =>
    word === "ffffffff"
      ? "There is no bootloader where the chip looks for one: flash is empty, or it was written to another address."
      : word === "00000000"
        ? "Flash answers with zeros alone: it is dead, has no power, or is not connected as the chip expects."
        : "What lies where the chip looks for a bootloader is none: another file, an encrypted one, or read in a flash mode that the flash does not have.",
  ),
  trouble(
    "flash-read",
    /^flash read err, \d{1,6}/,
    () =>
      "The chip could not read flash: it is empty, or a strapping pin was at the wrong level, on an ESP32 GPIO12, which sets the voltage of flash.",
  ),
  trouble(
    "bootloader-checksum",
    /^csum err:? ?0x[0-9a-fA-F]{1,8}/,
    () =>
      "The bootloader in flash does not agree with its checksum: it was not written as a whole, or flash is read badly.",
  ),
  trouble(
    "app-damaged",
    /^Image hash failed - image is corrupt/,
    () => "The program in flash is damaged: write it again.",
  ),
  trouble(
    "signature-refused",
    /^Secure boot signature verification failed/,
    () => "The program in flash is not signed with a key that the chip trusts.",
  ),
  trouble(
    "no-app",
    /^No bootable app partitions in the partition table/,
    () =>
      "None of the partitions for programs holds one that can be started: write the program, and to the right address.",
  ),
  ignored(/^(?:Build:|SPIWP:|mode:|load:|entry |configsip|clk_drv:|ho \d|len |ets_main\.c |boot: |ESP-IDF )/),
];

/** Log lines of the boot loader and of the start of the program: their own words stand behind. */
export const BOOT_LOG: RegExp =
  /^[EWID] \([^)]{1,24}\) (?:boot(?:[._][a-z0-9]{1,16})?|esp_image|bootloader_[a-z_]{1,24}|secure_boot[a-z0-9_]{0,16}|flash_encrypt|qio_mode|cpu_start|app_init|efuse_init|heap_init|spi_flash|esp_psram|octal_psram|quad_psram): {1,4}/;
