/** FTDI's chips by `bcdDevice`, the version that a device tells. Source: the Linux driver ftdi_sio (fact sheet web-and-webusb 7). */
export interface FtdiChip {
  readonly name: string;
  /** Divides a clock of 120 MHz. */
  readonly isFast: boolean;
  /** Requests name the channel; on the others there is but one, 0. */
  readonly hasChannels: boolean;
}

const chip = (name: string, isFast: boolean, hasChannels: boolean): FtdiChip => ({ name, isFast, hasChannels });

const CHIPS: Readonly<Record<number, FtdiChip>> = {
  512: chip("FT232B", false, false),
  1024: chip("FT232B", false, false),
  1280: chip("FT2232C/D", false, true),
  1536: chip("FT232R", false, false),
  1792: chip("FT2232H", true, true),
  2048: chip("FT4232H", true, true),
  2304: chip("FT232H", true, true),
  4096: chip("FT-X", false, false),
  10240: chip("FT2233HP", true, true),
  10496: chip("FT4233HP", true, true),
  12288: chip("FT2232HP", true, true),
  12544: chip("FT4232HP", true, true),
  12800: chip("FT233HP", true, true),
  13056: chip("FT232HP", true, true),
  13824: chip("FT4232HA", true, true),
};

/** What is not known is newer, and fast. */
const NEWER = chip("FTDI adapter", true, true);

/** `version`: as the standard writes it, 0x0600. */
export function ftdiChip(version: number): FtdiChip {
  return CHIPS[version] ?? (version < 0x0200 ? chip("FT232B", false, false) : NEWER);
}
