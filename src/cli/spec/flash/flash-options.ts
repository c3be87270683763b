import type { OptionSpec } from "../types.ts";

// Fact sheet 1.3.
const SIZES = ["256KB", "512KB", "1MB", "2MB", "2MB-c1", "4MB", "4MB-c1", "8MB", "16MB", "32MB", "64MB", "128MB"];
const FREQUENCIES = ["80m", "60m", "48m", "40m", "30m", "26m", "24m", "20m", "16m", "15m", "12m"];
const MODES = ["qio", "qout", "dio", "dout"];

export const FLASH_MODE: OptionSpec = {
  name: "flash-mode",
  twoLetter: "fm",
  value: { label: "MODE", kind: "choice", choices: ["keep", ...MODES] },
  summary: "SPI mode to write into a bootloader image's header",
  default: "keep",
  env: "ESPTOOL_FM",
};

export const FLASH_FREQUENCY: OptionSpec = {
  name: "flash-freq",
  twoLetter: "ff",
  value: { label: "FREQUENCY", kind: "choice", choices: ["keep", ...FREQUENCIES] },
  summary: "SPI clock to write into a bootloader image's header",
  default: "keep",
  env: "ESPTOOL_FF",
};

export const FLASH_SIZE: OptionSpec = {
  name: "flash-size",
  twoLetter: "fs",
  value: { label: "SIZE", kind: "choice", choices: ["keep", "detect", ...SIZES] },
  summary: "Flash size, also written into a bootloader image's header",
  default: "keep",
  env: "ESPTOOL_FS",
};

export const SPI_CONNECTION: OptionSpec = {
  name: "spi-connection",
  twoLetter: "sc",
  value: { label: "PINS", kind: "spi-connection" },
  summary: "Flash on other pins: SPI, HSPI or five GPIO numbers CLK,Q,D,HD,CS",
};

/** For a file alone there is no flash whose size could be detected. */
export const OFFLINE_FLASH_SIZE: OptionSpec = {
  ...FLASH_SIZE,
  value: { label: "SIZE", kind: "choice", choices: ["keep", ...SIZES] },
  summary: "Flash size to write into a bootloader image's header",
};

/** Of an image that is made: there is nothing to keep. */
export const IMAGE_FLASH_OPTIONS: readonly OptionSpec[] = [
  {
    ...FLASH_MODE,
    value: { label: "MODE", kind: "choice", choices: MODES },
    summary: "SPI mode to write into the header",
    default: "qio",
  },
  {
    name: "flash-freq",
    twoLetter: "ff",
    value: { label: "FREQUENCY", kind: "choice", choices: FREQUENCIES },
    summary: "SPI clock to write into the header; left out: the one with code 0",
    env: "ESPTOOL_FF",
  },
  {
    ...FLASH_SIZE,
    value: { label: "SIZE", kind: "choice", choices: SIZES },
    summary: "Flash size to write into the header",
    default: "1MB",
  },
];

/** NAND flash is for experiments (fact sheet 3.17). */
export const FLASH_TYPE: OptionSpec = {
  name: "flash-type",
  twoLetter: "ft",
  value: { label: "TYPE", kind: "choice", choices: ["nor", "nand"] },
  summary: "Kind of flash; nand needs an ESP32-S3 and --spi-connection",
  default: "nor",
  hidden: true,
};

export const STATUS_BYTES: OptionSpec = {
  name: "bytes",
  value: { label: "COUNT", kind: "choice", choices: ["1", "2", "3"] },
  summary: "Bytes of the status register",
  default: "2",
};

export const NO_PROGRESS: OptionSpec = { name: "no-progress", short: "p", summary: "Show no progress bar" };

export const FORCE: OptionSpec = {
  name: "force",
  summary: "Skip the checks that protect chips with active security features",
};
