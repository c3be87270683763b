/** How long things take on a virtual chip and its board. All times in milliseconds. */
export interface TimingModel {
  /** Erasing one sector (4 KiB). */
  readonly eraseSectorMs: number;
  /** Erasing one block of 64 KiB. */
  readonly eraseBlock64Ms: number;
  readonly eraseChipMsPerMegabyte: number;
  /** Programming 1 KiB, four pages. */
  readonly programMsPerKilobyte: number;
  /** Reading flash and hashing what is read, as for a digest, and for each block that the stub sends. */
  readonly md5MsPerMegabyte: number;
  /** Of what a stub inflates. */
  readonly inflateMsPerMegabyte: number;
  readonly nandPageReadMs: number;
  readonly nandPageProgramMs: number;
  readonly nandBlockEraseMs: number;
  readonly readMsPerMegabyte: number;
  /** Burning a block of eFuses, and reading all of them into their registers. */
  readonly efuseProgramMs: number;
  readonly efuseReadMs: number;
  /** What a loader needs for a command besides its work. */
  readonly commandMs: number;
  /** From the start of the stub to its greeting. */
  readonly stubStartMs: number;
  /** Between the rise of the reset pin over its threshold and the first byte of the boot log. */
  readonly bootMs: number;
  /** Start bit, eight data bits, stop bit. */
  readonly bitsPerByte: number;
  /** How long the USB adapter waits for more bytes before it hands on what it has, and its delay on the way out. */
  readonly adapterLatencyMs: number;
  /** Received bytes that fill one USB packet of the adapter. */
  readonly adapterPacketBytes: number;
  /** What the operating system takes from a writer before it makes it wait. */
  readonly hostBufferBytes: number;
  /** Speed and latency of a chip's own USB, which knows no baud rate. */
  readonly usbBytesPerMs: number;
  readonly usbLatencyMs: number;
  /** From a chip reset to the moment at which its USB-OTG console is there again. */
  readonly usbEnumerationMs: number;
  /** EN from its release to the threshold at which the chip starts and samples its straps. */
  readonly resetRiseMs: number;
  /** The same with a large capacitor at EN; between the two reset delays of the host, 50 and 550 ms (fact sheet 2.3). */
  readonly slowResetRiseMs: number;
  /** Between the two lines of an adapter that cannot switch both at once. */
  readonly lineStepMs: number;
}

/**
 * A board with a 4 MB W25Q32JV (data sheet revision G, section 9.6, typical values: sector erase 45 ms, 64 KB block
 * erase 150 ms, page program 0.4 ms for 256 bytes, chip erase 10 s) and a CP210x-like adapter with 1 ms USB frames.
 *
 * NAND: W25N01GV data sheet, section 9.6, typical values with ECC.
 *
 * eFuses: estimates, well within the 250 ms that a host waits and the 1 ms that it leaves to a read (fact sheet
 * efuse-secure A10).
 *
 * Reading: 40 MHz in DIO is 10 MB/s. MD5: 1 ms for a sector of 4 KB with its reading, the lower end of what is known of
 * stubs (1 to 3 ms). Inflating: an estimate, 5 MB/s of output. EN: 10 kOhm and 1 uF give
 * a time constant of 10 ms, and 0.75 VDD (the ESP32 data sheet's V_IH of CHIP_PU) is reached after 1.39 of them.
 * FTDI adapters wait 16 ms for more bytes unless told otherwise; 62 data bytes fill their packets.
 */
export const DEFAULT_TIMING: TimingModel = {
  eraseSectorMs: 45,
  eraseBlock64Ms: 150,
  eraseChipMsPerMegabyte: 2500,
  programMsPerKilobyte: 1.6,
  md5MsPerMegabyte: 250,
  inflateMsPerMegabyte: 200,
  nandPageReadMs: 0.06,
  nandPageProgramMs: 0.25,
  nandBlockEraseMs: 2,
  readMsPerMegabyte: 100,
  efuseProgramMs: 3,
  efuseReadMs: 0.2,
  commandMs: 0.1,
  stubStartMs: 10,
  bootMs: 5,
  bitsPerByte: 10,
  adapterLatencyMs: 1,
  adapterPacketBytes: 62,
  hostBufferBytes: 4096,
  usbBytesPerMs: 700,
  usbLatencyMs: 0.125,
  usbEnumerationMs: 300,
  resetRiseMs: 13.9,
  slowResetRiseMs: 300,
  lineStepMs: 1,
};

/** Everything at once, for tests in which time is of no interest: only order is kept. */
export const INSTANT_TIMING: TimingModel = {
  ...DEFAULT_TIMING,
  eraseSectorMs: 0,
  eraseBlock64Ms: 0,
  eraseChipMsPerMegabyte: 0,
  programMsPerKilobyte: 0,
  md5MsPerMegabyte: 0,
  inflateMsPerMegabyte: 0,
  nandPageReadMs: 0,
  nandPageProgramMs: 0,
  nandBlockEraseMs: 0,
  readMsPerMegabyte: 0,
  efuseProgramMs: 0,
  efuseReadMs: 0,
  commandMs: 0,
  stubStartMs: 0,
};
