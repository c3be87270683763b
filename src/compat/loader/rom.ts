import { chipById } from "../../chips.ts";
import { EspError, macAddresses, type Session } from "../../index.ts";
import { refuse, unsupported } from "../unsupported.ts";

/** `[start, end, name]`; the end does not belong to it. */
export type MemoryMapEntry = [number, number, string];

/** Bytes of a flash block that a ROM takes at once. */
const ROM_BLOCK_BYTES = 0x400;

/** A chip as esptool-js describes it. The `loader` of its methods is not looked at: a chip knows itself. */
export abstract class ROM {
  abstract CHIP_NAME: string;
  abstract IMAGE_CHIP_ID?: number;
  abstract USES_MAGIC_VALUE: boolean;
  abstract BOOTLOADER_FLASH_OFFSET: number;
  abstract FLASH_WRITE_SIZE: number;
  abstract FLASH_SIZES: { [key: string]: number };
  abstract FLASH_FREQUENCY: { [key: string]: number };
  abstract MEMORY_MAP: MemoryMapEntry[];
  abstract SPI_ADDR_REG_MSB?: boolean;
  abstract SPI_REG_BASE: number;
  abstract SPI_USR_OFFS: number;
  abstract SPI_USR1_OFFS: number;
  abstract SPI_USR2_OFFS: number;
  abstract SPI_MOSI_DLEN_OFFS: number;
  abstract SPI_MISO_DLEN_OFFS: number;
  abstract SPI_W0_OFFS: number;
  abstract UART_CLKDIV_REG: number;
  abstract UART_CLKDIV_MASK: number;
  abstract UART_DATE_REG_ADDR: number;
  abstract USB_RAM_BLOCK?: number;
  /** Not in 0.7; older pages ask it for whether the chip is supported. */
  abstract ROM_TEXT: string;

  abstract getChipRevision(loader?: unknown): Promise<number>;
  abstract getChipDescription(loader?: unknown): Promise<string>;
  abstract getChipFeatures(loader?: unknown): Promise<string[]>;
  abstract getCrystalFreq(loader?: unknown): Promise<number>;
  abstract readMac(loader?: unknown): Promise<string>;
  abstract usesUsbOtg(loader?: unknown): Promise<boolean>;
  abstract usingUsbOtg(loader?: unknown): Promise<boolean>;
  abstract usesUsbJtagSerial(loader?: unknown): Promise<boolean>;

  _d2h(d: number): string {
    return d.toString(16).padStart(2, "0");
  }

  postConnect(_loader?: unknown): Promise<void> {
    return refuse("ROM.postConnect", "Connecting does what is needed after it.");
  }

  getEraseSize(_offset: number, _size: number): number {
    throw unsupported("ROM.getEraseSize", "writeFlash and eraseRegion know what to erase.");
  }
}

/** The chip of a session. */
export function romOf(session: Session): ROM {
  return new SessionRom(session);
}

class SessionRom extends ROM {
  CHIP_NAME: string;
  IMAGE_CHIP_ID?: number;
  USES_MAGIC_VALUE: boolean;
  BOOTLOADER_FLASH_OFFSET: number;
  FLASH_WRITE_SIZE: number = ROM_BLOCK_BYTES;
  FLASH_SIZES: { [key: string]: number };
  FLASH_FREQUENCY: { [key: string]: number };
  MEMORY_MAP: MemoryMapEntry[];
  SPI_ADDR_REG_MSB: boolean;
  SPI_REG_BASE: number;
  SPI_USR_OFFS: number;
  SPI_USR1_OFFS: number;
  SPI_USR2_OFFS: number;
  SPI_MOSI_DLEN_OFFS: number;
  SPI_MISO_DLEN_OFFS: number;
  SPI_W0_OFFS: number;
  UART_CLKDIV_REG: number;
  UART_CLKDIV_MASK: number;
  UART_DATE_REG_ADDR: number;
  USB_RAM_BLOCK?: number;
  ROM_TEXT: string;
  readonly #session: Session;

  constructor(session: Session) {
    super();
    this.#session = session;
    const chip = chipById(session.chip.id);
    const { spi, uart } = chip;
    this.CHIP_NAME = chip.name;
    if (chip.imageChipId !== null) this.IMAGE_CHIP_ID = chip.imageChipId;
    this.USES_MAGIC_VALUE = chip.magicValue !== null;
    this.BOOTLOADER_FLASH_OFFSET = chip.bootloaderOffset;
    this.FLASH_SIZES = { ...chip.flashSizes };
    this.FLASH_FREQUENCY = { ...chip.flashFrequencies };
    this.MEMORY_MAP = chip.memoryMap.map(({ start, end, name }) => [start, end, name]);
    this.SPI_ADDR_REG_MSB = spi.addressLeftAligned;
    this.SPI_REG_BASE = spi.base;
    this.SPI_USR_OFFS = spi.usr;
    this.SPI_USR1_OFFS = spi.usr1;
    this.SPI_USR2_OFFS = spi.usr2;
    // 0 where a chip has no such register: the ESP8266 keeps the lengths elsewhere, others have a fixed crystal.
    this.SPI_MOSI_DLEN_OFFS = spi.mosiLength ?? 0;
    this.SPI_MISO_DLEN_OFFS = spi.misoLength ?? 0;
    this.SPI_W0_OFFS = spi.w0;
    this.UART_CLKDIV_REG = uart.clockDivider ?? 0;
    this.UART_CLKDIV_MASK = uart.clockDividerMask;
    this.UART_DATE_REG_ADDR = uart.date;
    if (chip.usb.otgBlockSize !== null) this.USB_RAM_BLOCK = chip.usb.otgBlockSize;
    this.ROM_TEXT = chip.stubs[0]?.name ?? "";
  }

  async getChipRevision(): Promise<number> {
    return this.#known(this.#session.identity).revision;
  }

  async getChipDescription(): Promise<string> {
    return this.#session.identity?.description ?? `${this.CHIP_NAME} in Secure Download Mode`;
  }

  async getChipFeatures(): Promise<string[]> {
    return [...this.#known(this.#session.identity).features];
  }

  async getCrystalFreq(): Promise<number> {
    return this.#known(this.#session.crystalMhz);
  }

  /** The base address, of six bytes. */
  async readMac(): Promise<string> {
    const { mac, baseMac } = macAddresses(this.#session);
    return this.#known(baseMac ?? mac);
  }

  async usesUsbOtg(): Promise<boolean> {
    return this.#session.usbMode === "otg";
  }

  async usingUsbOtg(): Promise<boolean> {
    return await this.usesUsbOtg();
  }

  async usesUsbJtagSerial(): Promise<boolean> {
    return this.#session.usbMode === "serial-jtag";
  }

  #known<T>(fact: T | null): T {
    if (fact !== null) return fact;
    throw new EspError("chip.secure-download", `The ${this.CHIP_NAME} does not tell this in Secure Download Mode.`, {
      hint: "This mode is burned into the chip; its registers cannot be read.",
    });
  }
}
