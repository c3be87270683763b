import { flashSizeOfJedecId } from "../../chips.ts";
import { DEFAULT_LIMITS } from "../../index.ts";

/** Espressif's USB vendor id, and the product id of the chips' own USB-Serial/JTAG converter. */
export const ESPRESSIF_VID = 0x303a;
export const USB_JTAG_SERIAL_PID = 0x1001;

/** Names of flash sizes by the capacity code of the flash chip: the low byte of what it says of itself. */
function detectedSizes(): { [key: number]: string } {
  const sizes: { [key: number]: string } = {};
  for (let code = 0; code <= 0xff; code++) {
    const name = flashSizeOfJedecId({ vendor: 0, device: code });
    if (name !== null) sizes[code] = name;
  }
  return sizes;
}

/**
 * Numbers that pages may read; nothing here is changed by writing to them. Opcodes and time limits are those of the protocol
 * (fact sheets 3.4 and 3.6); FLASH_READ_TIMEOUT and WRITE_BLOCK_* are what esptool-js 0.7 says, and mean nothing here.
 */
export class LoaderConstants {
  ESP_RAM_BLOCK: number = 0x1800;
  ESP_FLASH_BEGIN: number = 0x02;
  ESP_FLASH_DATA: number = 0x03;
  ESP_FLASH_END: number = 0x04;
  ESP_MEM_BEGIN: number = 0x05;
  ESP_MEM_END: number = 0x06;
  ESP_MEM_DATA: number = 0x07;
  ESP_WRITE_REG: number = 0x09;
  ESP_READ_REG: number = 0x0a;
  ESP_SPI_ATTACH: number = 0x0d;
  ESP_CHANGE_BAUDRATE: number = 0x0f;
  ESP_FLASH_DEFL_BEGIN: number = 0x10;
  ESP_FLASH_DEFL_DATA: number = 0x11;
  ESP_FLASH_DEFL_END: number = 0x12;
  ESP_SPI_FLASH_MD5: number = 0x13;
  ESP_GET_SECURITY_INFO: number = 0x14;
  ESP_ERASE_FLASH: number = 0xd0;
  ESP_ERASE_REGION: number = 0xd1;
  ESP_READ_FLASH: number = 0xd2;
  ESP_RUN_USER_CODE: number = 0xd3;
  ESP_IMAGE_MAGIC: number = 0xe9;
  ESP_CHECKSUM_MAGIC: number = 0xef;
  ROM_INVALID_RECV_MSG: number = 0x05;
  DEFAULT_TIMEOUT: number = DEFAULT_LIMITS.defaultMs;
  ERASE_REGION_TIMEOUT_PER_MB: number = DEFAULT_LIMITS.eraseRegionMsPerMegabyte;
  ERASE_WRITE_TIMEOUT_PER_MB: number = DEFAULT_LIMITS.eraseWriteMsPerMegabyte;
  MD5_TIMEOUT_PER_MB: number = DEFAULT_LIMITS.md5MsPerMegabyte;
  CHIP_ERASE_TIMEOUT: number = DEFAULT_LIMITS.chipEraseMs;
  FLASH_READ_TIMEOUT: number = 100_000;
  MAX_TIMEOUT: number = DEFAULT_LIMITS.maximumMs;
  WRITE_BLOCK_ATTEMPTS: number = 3;
  WRITE_BLOCK_RETRY_DELAY_MS: number = 150;
  SPI_ADDR_REG_MSB: boolean = true;
  CHIP_DETECT_MAGIC_REG_ADDR: number = 0x40001000;
  DETECTED_FLASH_SIZES: { [key: number]: string } = detectedSizes();
}
