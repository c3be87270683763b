/**
 * USB serial devices by vendor and product id. Ids as assigned by the vendors and listed in the Linux drivers
 * cp210x, ch341, ftdi_sio, pl2303 and cdc-acm.
 */

/** Espressif's vendor id: the USB port inside the chip (303A:1001), USB-OTG, and Espressif's own bridges. */
export const ESPRESSIF_VENDOR_ID = 0x303a;

const SILICON_LABS = 0x10c4;
const WCH = 0x1a86;
const FTDI = 0x0403;
const PROLIFIC = 0x067b;

/** The makers of all of them: what a list of ports is filtered by. */
export const USB_VENDOR_IDS: readonly number[] = [ESPRESSIF_VENDOR_ID, SILICON_LABS, WCH, FTDI, PROLIFIC];

export interface UsbBridge {
  readonly vendorId: number;
  readonly productId: number;
  readonly name: string;
}

/** Bridges between USB and UART that development boards and adapters carry. */
export const USB_BRIDGES: readonly UsbBridge[] = [
  { vendorId: SILICON_LABS, productId: 0xea60, name: "CP210x" },
  { vendorId: SILICON_LABS, productId: 0xea61, name: "CP210x" },
  { vendorId: SILICON_LABS, productId: 0xea63, name: "CP2102N" },
  { vendorId: SILICON_LABS, productId: 0xea64, name: "CP2102C" },
  { vendorId: SILICON_LABS, productId: 0xea70, name: "CP2105" },
  { vendorId: SILICON_LABS, productId: 0xea71, name: "CP2108" },
  { vendorId: WCH, productId: 0x7522, name: "CH340K" },
  { vendorId: WCH, productId: 0x7523, name: "CH340" },
  { vendorId: WCH, productId: 0x5523, name: "CH341" },
  { vendorId: WCH, productId: 0x55d2, name: "CH9102" },
  { vendorId: WCH, productId: 0x55d3, name: "CH343" },
  { vendorId: WCH, productId: 0x55d4, name: "CH9102" },
  { vendorId: WCH, productId: 0x55d5, name: "CH344" },
  { vendorId: WCH, productId: 0x55d8, name: "CH9101" },
  { vendorId: FTDI, productId: 0x6001, name: "FT232R" },
  { vendorId: FTDI, productId: 0x6010, name: "FT2232" },
  { vendorId: FTDI, productId: 0x6011, name: "FT4232" },
  { vendorId: FTDI, productId: 0x6014, name: "FT232H" },
  { vendorId: FTDI, productId: 0x6015, name: "FT231X" },
  { vendorId: PROLIFIC, productId: 0x2303, name: "PL2303" },
  { vendorId: PROLIFIC, productId: 0x2304, name: "PL2303" },
  { vendorId: PROLIFIC, productId: 0x23a3, name: "PL2303GC" },
  { vendorId: PROLIFIC, productId: 0x23b3, name: "PL2303GB" },
  { vendorId: PROLIFIC, productId: 0x23c3, name: "PL2303GT" },
  { vendorId: PROLIFIC, productId: 0x23d3, name: "PL2303GL" },
  { vendorId: PROLIFIC, productId: 0x23e3, name: "PL2303GE" },
  { vendorId: PROLIFIC, productId: 0x23f3, name: "PL2303GS" },
];
