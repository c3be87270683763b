/** The names `--chip` takes; the same list, in the same order, as the chip catalogue. */
export const CHIP_NAMES = [
  "esp8266",
  "esp32",
  "esp32s2",
  "esp32s3",
  "esp32c3",
  "esp32c2",
  "esp32c6",
  "esp32c61",
  "esp32c5",
  "esp32e22",
  "esp32h2",
  "esp32h21",
  "esp32p4",
  "esp32h4",
  "esp32s31",
] as const;
