/** Programs that have commands. */
export type CommandProgram = "esptool" | "espefuse" | "espsecure";

/** A command as other tools, or other people, call it. */
export interface ForeignCommand {
  /** The program behind whose name it is typed. */
  readonly of: CommandProgram;
  /** In lower case, with hyphens. */
  readonly words: readonly string[];
  /** What it is here, behind the program's name, or `PROGRAM COMMAND` of another one. */
  readonly type: string;
  /** What stands behind that, for example. */
  readonly behind?: string;
  /** What was typed behind the word stands in place of the example when it looks like this. */
  readonly keepsWhen?: RegExp;
  /** One more sentence. */
  readonly note?: string;
}

const NUMBER = "(?:0x[0-9a-f]+|\\d+)";
const PAIRS = new RegExp(`^(?:-\\S+ )*${NUMBER} \\S`, "i");
const RANGE = new RegExp(`^${NUMBER} (?:${NUMBER}|all)\\S*$`, "i");
const RANGE_FILE = new RegExp(`^${NUMBER} (?:${NUMBER}\\S*|all) \\S+$`, "i");
const FILE = /^[^-\s]\S*$/;
const ANYTHING = /^/;

/**
 * Words of espflash, esptool-js, earlier versions of esptool, PlatformIO, idf.py and of people who guess, and what to type
 * here. Names that are only spelled otherwise (`write_flash`, `writeFlash`) and those of the other programs here need no
 * line.
 */
export const FOREIGN_COMMANDS: readonly ForeignCommand[] = [
  {
    of: "esptool",
    words: ["write", "write-bin", "write-image", "program", "burn", "load"],
    type: "write-flash",
    behind: "0x10000 app.bin",
    keepsWhen: PAIRS,
  },
  { of: "esptool", words: ["upload", "flash-project", "encrypted-flash"], type: "flash" },
  { of: "esptool", words: ["app-flash"], type: "flash", behind: "--only app" },
  { of: "esptool", words: ["bootloader-flash"], type: "flash", behind: "--only bootloader" },
  {
    of: "esptool",
    words: ["read", "dump", "dump-flash", "read-image"],
    type: "read-flash",
    behind: "0 all backup.bin",
    keepsWhen: RANGE_FILE,
  },
  {
    of: "esptool",
    words: ["verify", "compare", "checksum-md5", "flash-md5sum", "md5"],
    type: "verify-flash",
    behind: "0x10000 app.bin",
    keepsWhen: PAIRS,
  },
  { of: "esptool", words: ["erase", "erase-chip", "erase-all", "format", "clean", "wipe"], type: "erase-flash" },
  {
    of: "esptool",
    words: ["erase-part", "erase-parts", "erase-partition", "erase-block", "erase-sector"],
    type: "erase-region",
    behind: "@nvs",
    keepsWhen: RANGE,
    note: "It takes an address and a size, or @NAME for a partition.",
  },
  { of: "esptool", words: ["erase-otadata"], type: "ota erase" },
  { of: "esptool", words: ["switch-ota", "switch-ota-partition", "otatool"], type: "ota set", behind: "next" },
  {
    of: "esptool",
    words: ["list-ports", "list", "ls", "port", "port-list", "list-devices", "device-list", "devices", "boards"],
    type: "ports",
  },
  {
    of: "esptool",
    words: [
      "board-info",
      "info",
      "chip",
      "chip-info",
      "chip-name",
      "detect",
      "detect-chip",
      "connect",
      "probe",
      "main",
    ],
    type: "--verbose flash-id",
    note: "With --verbose it shows what the chip is and has.",
  },
  { of: "esptool", words: ["flash-info", "flash-size", "get-flash-size", "detect-flash-size"], type: "flash-id" },
  { of: "esptool", words: ["mac", "get-mac", "mac-address"], type: "read-mac" },
  { of: "esptool", words: ["security-info", "security", "secure-info"], type: "get-security-info" },
  {
    of: "esptool",
    words: ["reset", "reboot", "restart", "hard-reset", "soft-reset", "start", "go", "boot"],
    type: "run",
  },
  {
    of: "esptool",
    words: ["hold-in-reset", "bootloader", "download-mode", "enter-bootloader"],
    type: "--after no-reset chip-id",
    note: "The chip waits in its download mode then.",
  },
  {
    of: "esptool",
    words: ["save-image", "elf2bin", "make-bin", "objcopy", "elf-to-image"],
    type: "--chip esp32c3 elf2image",
    behind: "app.elf",
    note: "Name your chip; merge-bin puts the image and others into one file.",
  },
  {
    of: "esptool",
    words: ["merge", "merge-image", "merge-images", "combine"],
    type: "--chip esp32c3 merge-bin",
    behind: "-o all.bin 0x0 bootloader.bin 0x8000 partitions.bin 0x10000 app.bin",
  },
  {
    of: "esptool",
    words: ["show", "parse-image", "bin-info", "image"],
    type: "image-info",
    behind: "app.bin",
    keepsWhen: FILE,
  },
  {
    of: "esptool",
    words: ["partitions", "partition", "read-partition-table", "parttool"],
    type: "partition-table from-chip",
  },
  {
    of: "esptool",
    words: ["gen-esp32part"],
    type: "partition-table make",
    behind: "partitions.csv partitions.bin",
    keepsWhen: /^(?:-\S+ )*[^-\s]\S* [^-\s]\S*$/,
  },
  {
    of: "esptool",
    words: ["decode-crash", "decode-backtrace", "decode-panic", "backtrace", "exception-decoder", "panic"],
    type: "decode",
    behind: "board.log --elf app.elf",
  },
  {
    of: "esptool",
    words: ["coredump", "coredump-info", "info-corefile", "dbg-corefile", "core"],
    type: "core-dump",
    behind: "--elf app.elf",
  },
  {
    of: "esptool",
    words: [
      "serial-monitor",
      "device-monitor",
      "idf-monitor",
      "miniterm",
      "serial",
      "console",
      "terminal",
      "term",
      "log",
      "logs",
      "listen",
      "attach",
    ],
    type: "monitor",
  },
  { of: "esptool", words: ["ram", "load-to-ram", "write-ram"], type: "load-ram", behind: "app.bin", keepsWhen: FILE },
  { of: "esptool", words: ["read-reg", "peek"], type: "read-mem", behind: "0x60008000", keepsWhen: PAIRS },
  { of: "esptool", words: ["write-reg", "poke"], type: "write-mem", behind: "0x60008000 1", keepsWhen: PAIRS },
  { of: "esptool", words: ["simulate", "emulate", "virtual", "simulator"], type: "virtual-chip", behind: "--tcp 5001" },
  {
    of: "esptool",
    words: ["completions", "generate-completions"],
    type: "completion",
    behind: "bash",
    keepsWhen: FILE,
  },
  { of: "esptool", words: ["efuse", "efuses", "fuses", "read-efuse", "dump-efuses"], type: "espefuse summary" },
  {
    of: "esptool",
    words: ["sign", "sign-image", "secure-sign-data"],
    type: "espsecure sign-data",
    behind: "--version 2 --keyfile key.pem --output app-signed.bin app.bin",
  },
  {
    of: "esptool",
    words: ["encrypt", "encrypt-flash"],
    type: "espsecure encrypt-flash-data",
    behind: "--aes-xts --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
  },
  { of: "espefuse", words: ["read", "show", "list", "info", "read-efuse", "efuses", "get"], type: "summary" },
  {
    of: "espefuse",
    words: ["burn", "write", "set", "write-efuse", "program"],
    type: "burn-efuse",
    behind: "DIS_TWAI 1",
    keepsWhen: ANYTHING,
  },
  { of: "espefuse", words: ["key", "write-key", "flash-key"], type: "burn-key", behind: "BLOCK_KEY0 key.bin USER" },
  { of: "espefuse", words: ["mac", "read-mac", "custom-mac"], type: "get-custom-mac" },
  { of: "espefuse", words: ["check", "errors", "check-errors"], type: "check-error" },
  { of: "espefuse", words: ["adc", "calibration"], type: "adc-info" },
  {
    of: "espefuse",
    words: ["lock", "write-protect"],
    type: "write-protect-efuse",
    behind: "WDT_DELAY_SEL",
    keepsWhen: FILE,
  },
  {
    of: "espefuse",
    words: ["hide", "read-protect"],
    type: "read-protect-efuse",
    behind: "BLOCK_KEY0",
    keepsWhen: FILE,
  },
  {
    of: "espsecure",
    words: ["sign", "sign-image", "sign-bin", "secure-sign-data"],
    type: "sign-data",
    behind: "--version 2 --keyfile key.pem --output app-signed.bin app.bin",
  },
  {
    of: "espsecure",
    words: ["verify", "verify-image", "check", "check-signature"],
    type: "verify-signature",
    behind: "--version 2 --keyfile public.pem app-signed.bin",
  },
  { of: "espsecure", words: ["signature-info", "info", "show"], type: "signature-info-v2", behind: "app-signed.bin" },
  {
    of: "espsecure",
    words: ["keygen", "generate-key", "new-key", "genkey", "secure-generate-signing-key"],
    type: "generate-signing-key",
    behind: "--version 2 key.pem",
  },
  {
    of: "espsecure",
    words: ["generate-encryption-key", "secure-generate-flash-encryption-key"],
    type: "generate-flash-encryption-key",
    behind: "key.bin",
  },
  {
    of: "espsecure",
    words: ["public-key", "pubkey", "export-public-key"],
    type: "extract-public-key",
    behind: "--keyfile key.pem public.pem",
  },
  {
    of: "espsecure",
    words: ["digest", "key-digest"],
    type: "digest-sbv2-public-key",
    behind: "-k key.pem -o digest.bin",
  },
  {
    of: "espsecure",
    words: ["encrypt", "secure-encrypt-flash-data"],
    type: "encrypt-flash-data",
    behind: "--aes-xts --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
  },
  {
    of: "espsecure",
    words: ["decrypt", "secure-decrypt-flash-data"],
    type: "decrypt-flash-data",
    behind: "--aes-xts --keyfile key.bin --address 0x10000 --output app.bin app-enc.bin",
  },
];
