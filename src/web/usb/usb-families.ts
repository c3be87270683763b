/** Which protocol a device of a maker's own speaks, by its ids (fact sheet web-and-webusb 5 to 8); those of the class are not here. */
export type UsbFamily = "cdc" | "cp210x" | "ch34x" | "ftdi" | "pl2303";

const FAMILIES: readonly (readonly [UsbFamily, vendorId: number, productIds: readonly number[]])[] = [
  ["cp210x", 0x10c4, [0xea60, 0xea61, 0xea63, 0xea70, 0xea71, 0xea7a, 0xea7b]],
  ["ch34x", 0x1a86, [0x7523, 0x7522, 0x5523]],
  ["ch34x", 0x4348, [0x5523]],
  ["ch34x", 0x2184, [0x0057]],
  ["ch34x", 0x9986, [0x7523]],
  [
    "ftdi",
    0x0403,
    [0x6001, 0x6010, 0x6011, 0x6014, 0x6015, 0x6040, 0x6041, 0x6042, 0x6043, 0x6044, 0x6045, 0x6046, 0x6047, 0x6048],
  ],
  ["pl2303", 0x067b, [0x2303, 0x2304, 0x23a3, 0x23b3, 0x23c3, 0x23d3, 0x23e3, 0x23f3]],
];

export function familyOf(vendorId: number, productId: number): UsbFamily | null {
  const found = FAMILIES.find(([, vendor, products]) => vendor === vendorId && products.includes(productId));
  return found?.[0] ?? null;
}

/** Devices that are known and are no serial port as they stand, and why. */
const REFUSED: readonly (readonly [vendorId: number, productId: number, why: string, hint: string])[] = [
  [
    0x1a86,
    0x5512,
    "This CH341A is in its parallel mode, in which it is no serial port.",
    "Set its jumper to serial (UART) mode and plug it in again.",
  ],
  [
    0x10c4,
    0xea80,
    "This adapter (CP2110) is a HID device, not a serial port.",
    "Use another adapter, such as one with a CP2102N.",
  ],
];
const WCH = 0x1a86;
/** CH342, CH343, CH9102, CH344, CH9101: of the class, unless switched to a mode of the maker's own. */
const WCH_OF_THE_CLASS: readonly number[] = [0x55d2, 0x55d3, 0x55d4, 0x55d5, 0x55d8];

export function whyRefused(vendorId: number, productId: number): { readonly why: string; readonly hint: string } {
  const known = REFUSED.find(([vendor, product]) => vendor === vendorId && product === productId);
  if (known !== undefined) return { why: known[2], hint: known[3] };
  if (vendorId === WCH && WCH_OF_THE_CLASS.includes(productId))
    return {
      why: "This adapter of WCH was switched to its maker's own mode, which is not supported.",
      hint: "Switch it back to CDC mode with its maker's program, or use the browser's serial ports.",
    };
  return {
    why: "This USB device is no serial port that is known.",
    hint: "Choose the board, or its USB-to-serial adapter.",
  };
}
