import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isEspError } from "../errors.ts";
import {
  CHIPS,
  chipById,
  chipByImageId,
  chipByMagic,
  chipNameKey,
  expandChipName,
  findChip,
  requireChip,
} from "./catalog.ts";
import { CHIP_INDEX, hasSecurityInfo, RETIRED_IMAGE_CHIP_IDS } from "./chip-index.ts";
import { maskInRegister } from "./fields.ts";
import { loadChip } from "./load-chip.ts";
import { loaderTraits } from "./loader-traits.ts";
import type { ChipDescriptor, ChipId, RegisterField } from "./types.ts";

type Facts = Readonly<Record<string, unknown>>;
interface ChipFile {
  readonly chip: string;
  readonly inherits_from: readonly string[] | null;
  readonly own: Facts;
  readonly inherited: Facts;
  readonly stub_overrides: Facts;
}

function load<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../test/fixtures/chips/${name}.json`, import.meta.url), "utf8")) as T;
}

const COMMON = load<Facts>("_common");
const FILES = new Map<string, ChipFile>(CHIPS.map(({ id }) => [id, load<ChipFile>(id)]));

function file(id: string): ChipFile {
  const found = FILES.get(id);
  if (found === undefined) throw new Error(`no fixture for ${id}`);
  return found;
}

/**
 * All facts of a chip. `inherited` leaves out what `_common` also has, so a common fact that an ancestor sets (an IROM
 * window, say) has to be looked up along the line of ancestors.
 */
function effectiveFacts(id: string): Facts {
  const { own, inherited, inherits_from } = file(id);
  const fromAncestors = (inherits_from ?? []).map((ancestor) => effectiveFacts(ancestor));
  return Object.assign({}, COMMON, ...fromAncestors, inherited, own) as Facts;
}

/** The reference's numbers, written as numbers or as hexadecimal text, as numbers throughout. */
function normalised(value: unknown): unknown {
  if (typeof value === "string" && /^0x[0-9a-f]+$/.test(value)) return Number(value);
  if (Array.isArray(value)) return value.map(normalised);
  return value;
}

const mask = (source: RegisterField | null | undefined): number | undefined =>
  source ? maskInRegister(source) : undefined;
const keyField = (index: number, part: "register" | "shift") => (chip: ChipDescriptor) =>
  chip.security.keyPurposeFields[index]?.[part];
const traits = (chip: ChipDescriptor, kind: "rom" | "stub") =>
  loaderTraits(chip, kind, { usbOtg: false, secureDownload: false });
const encryptionKey = (chip: ChipDescriptor) => chip.security.encryptionKey;

/** Which fact of the reference is which field here. */
const MAPPED: Readonly<Record<string, (chip: ChipDescriptor) => unknown>> = {
  APB_CTL_DATE_ADDR: (chip) => chip.identityRegisters[6],
  BOOTLOADER_FLASH_OFFSET: (chip) => chip.bootloaderOffset,
  CHIP_DETECT_MAGIC_REG_ADDR: (chip) => chip.magicRegister,
  CHIP_NAME: (chip) => chip.name,
  DROM_MAP_END: (chip) => chip.dromWindow?.end,
  DROM_MAP_START: (chip) => chip.dromWindow?.start,
  DR_REG_LP_WDT_BASE: (chip) => chip.watchdogs?.config0,
  EFUSE_BASE: (chip) => chip.efuseBase,
  EFUSE_BLOCK1_ADDR: (chip) => chip.efuseBlock1,
  EFUSE_BLOCK2_ADDR: (chip) => chip.efuseBlock2,
  EFUSE_BLOCK_KEY0_REG: (chip) => ("keyWords" in encryptionKey(chip) ? keyWords(chip)[0] : undefined),
  EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT: (chip) => mask(chip.security.manualEncryptDisabled),
  EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT_REG: (chip) => chip.security.manualEncryptDisabled?.register,
  EFUSE_FORCE_USE_KEY_MANAGER_KEY_REG: (chip) => chip.security.keyManager?.register,
  EFUSE_FORCE_USE_KEY_MANAGER_KEY_SHIFT: (chip) => chip.security.keyManager?.shift,
  EFUSE_MAX_KEY: (chip) => chip.security.keyPurposeFields.length - 1,
  EFUSE_PURPOSE_KEY0_REG: keyField(0, "register"),
  EFUSE_PURPOSE_KEY0_SHIFT: keyField(0, "shift"),
  EFUSE_PURPOSE_KEY1_REG: keyField(1, "register"),
  EFUSE_PURPOSE_KEY1_SHIFT: keyField(1, "shift"),
  EFUSE_PURPOSE_KEY2_REG: keyField(2, "register"),
  EFUSE_PURPOSE_KEY2_SHIFT: keyField(2, "shift"),
  EFUSE_PURPOSE_KEY3_REG: keyField(3, "register"),
  EFUSE_PURPOSE_KEY3_SHIFT: keyField(3, "shift"),
  EFUSE_PURPOSE_KEY4_REG: keyField(4, "register"),
  EFUSE_PURPOSE_KEY4_SHIFT: keyField(4, "shift"),
  EFUSE_PURPOSE_KEY5_REG: keyField(5, "register"),
  EFUSE_PURPOSE_KEY5_SHIFT: keyField(5, "shift"),
  EFUSE_RD_ABS_DONE_0_MASK: (chip) => mask(chip.security.secureBootV1),
  EFUSE_RD_ABS_DONE_1_MASK: (chip) => mask(chip.security.secureBootV2),
  EFUSE_RD_ABS_DONE_REG: (chip) => chip.security.secureBootV1?.register,
  EFUSE_RD_DIS: (chip) => mask(c2Key(chip)?.readDisable),
  EFUSE_RD_DIS_REG: (chip) => c2Key(chip)?.readDisable.register,
  EFUSE_RD_REG_BASE: (chip) => chip.efuseBlock0,
  EFUSE_RD_REPEAT_DATA1_REG: (chip) => chip.flashPower?.registers[0],
  EFUSE_RD_REPEAT_DATA3_REG: (chip) => chip.flashType?.register,
  EFUSE_RD_REPEAT_DATA3_REG_FLASH_TYPE_MASK: (chip) => mask(chip.flashType),
  EFUSE_SECURE_BOOT_EN_MASK: (chip) => mask(chip.security.secureBootV2),
  EFUSE_SECURE_BOOT_EN_REG: (chip) => chip.security.secureBootV2?.register,
  EFUSE_SPI_BOOT_CRYPT_CNT_MASK: (chip) => mask(chip.security.cryptCount),
  EFUSE_SPI_BOOT_CRYPT_CNT_REG: (chip) => chip.security.cryptCount?.register,
  EFUSE_VDD_SPI_REG: (chip) => chip.flashVoltage?.efuse.register,
  EFUSE_XTS_KEY_LENGTH_256: (chip) => mask(c2Key(chip)?.length256),
  EFUSE_XTS_KEY_LENGTH_256_REG: (chip) => c2Key(chip)?.length256.register,
  ESP_OTP_MAC0: (chip) => chip.identityRegisters[0],
  ESP_OTP_MAC1: (chip) => chip.identityRegisters[1],
  ESP_OTP_MAC3: (chip) => chip.identityRegisters[3],
  ESP_RAM_BLOCK: (chip) => traits(chip, "rom").ramBlockSize,
  FLASH_ENCRYPTED_WRITE_ALIGN: (chip) => chip.encryptedWriteAlignment,
  FLASH_FREQUENCY: (chip) => chip.flashFrequencies,
  FLASH_SECTOR_SIZE: (chip) => traits(chip, "rom").writeAlignment,
  FLASH_SIZES: (chip) => chip.flashSizes,
  FLASH_WRITE_SIZE: (chip) => traits(chip, "rom").flashBlockSize,
  FORCE_USE_KEY_MANAGER_VAL_XTS_AES_KEY: (chip) => chip.security.keyManager?.mask,
  GPIO_STRAP_REG: (chip) => chip.hardReset.strap?.register ?? chip.flashVoltage?.strap.register,
  GPIO_STRAP_SPI_BOOT_MASK: (chip) => chip.hardReset.strap?.spiBootMask,
  GPIO_STRAP_VDDSPI_MASK: (chip) => chip.flashVoltage?.strap.mask,
  IMAGE_CHIP_ID: (chip) => chip.imageChipId,
  IROM_MAP_END: (chip) => chip.iromWindow.end,
  IROM_MAP_START: (chip) => chip.iromWindow.start,
  KEY_PURPOSES: (chip) => chip.security.keyPurposes,
  MAC_EFUSE_REG: (chip) => chip.identityRegisters[0],
  MAGIC_VALUE: (chip) => chip.magicValue,
  MEMORY_MAP: (chip) => chip.memoryMap.map(({ name, start, end }) => [start, end, name]),
  PCR_SYSCLK_CONF_REG: (chip) => chip.romBaud?.registers[0],
  PURPOSE_VAL_XTS_AES128_KEY: (chip) => purposeKey(chip)?.aes128[0],
  PURPOSE_VAL_XTS_AES256_KEY_1: (chip) => purposeKey(chip)?.aes256Pair?.[0],
  PURPOSE_VAL_XTS_AES256_KEY_2: (chip) => purposeKey(chip)?.aes256Pair?.[1],
  RTCCALICFG1: (chip) => chip.romBaud?.registers[0],
  RTC_CNTL_DREFH_SDIO_M: (chip) => chip.flashVoltage?.rtc?.drefHigh,
  RTC_CNTL_DREFL_SDIO_M: (chip) => chip.flashVoltage?.rtc?.drefLow,
  RTC_CNTL_DREFM_SDIO_M: (chip) => chip.flashVoltage?.rtc?.drefMiddle,
  RTC_CNTL_FORCE_DOWNLOAD_BOOT_MASK: (chip) => chip.hardReset.forceDownload?.mask,
  RTC_CNTL_OPTION1_REG: (chip) => chip.hardReset.forceDownload?.register,
  RTC_CNTL_SDIO_CONF_REG: (chip) => chip.flashVoltage?.rtc?.register,
  RTC_CNTL_SDIO_FORCE: (chip) => chip.flashVoltage?.rtc?.force,
  RTC_CNTL_SDIO_PD_EN: (chip) => chip.flashVoltage?.rtc?.pdEnable,
  RTC_CNTL_SWD_AUTO_FEED_EN: (chip) => chip.watchdogs?.superWatchdog?.autoFeed,
  RTC_CNTL_SWD_CONF_REG: (chip) => chip.watchdogs?.superWatchdog?.config,
  RTC_CNTL_SWD_WKEY: (chip) => chip.watchdogs?.superWatchdog?.key,
  RTC_CNTL_SWD_WPROTECT_REG: (chip) => chip.watchdogs?.superWatchdog?.writeProtect,
  RTC_CNTL_WDTCONFIG0_REG: (chip) => chip.watchdogs?.config0,
  RTC_CNTL_WDTCONFIG1_REG: (chip) => chip.watchdogs?.config1,
  RTC_CNTL_WDTWPROTECT_REG: (chip) => chip.watchdogs?.writeProtect,
  RTC_CNTL_WDT_WKEY: (chip) => chip.watchdogs?.key,
  RTC_CNTL_XPD_SDIO_REG: (chip) => chip.flashVoltage?.rtc?.xpd,
  SPI_ADDR_REG_MSB: (chip) => chip.spi.addressLeftAligned,
  SPI_MISO_DLEN_OFFS: (chip) => chip.spi.misoLength,
  SPI_MOSI_DLEN_OFFS: (chip) => chip.spi.mosiLength,
  SPI_REG_BASE: (chip) => chip.spi.base,
  SPI_USR1_OFFS: (chip) => chip.spi.usr1,
  SPI_USR2_OFFS: (chip) => chip.spi.usr2,
  SPI_USR_OFFS: (chip) => chip.spi.usr,
  SPI_W0_OFFS: (chip) => chip.spi.w0,
  UART_CLKDIV_MASK: (chip) => chip.uart.clockDividerMask,
  UART_CLKDIV_REG: (chip) => chip.uart.clockDivider,
  UART_DATE_REG_ADDR: (chip) => chip.uart.date,
  UF2_FAMILY_ID: (chip) => chip.uf2FamilyId,
  UNSUPPORTED_CHIPS: () => RETIRED_IMAGE_CHIP_IDS,
  USB_RAM_BLOCK: (chip) => chip.usb.otgBlockSize,
  USES_MAGIC_VALUE: (chip) => chip.magicValue !== null,
  VDD_SPI_FORCE: (chip) => chip.flashVoltage?.efuse.force,
  VDD_SPI_TIEH: (chip) => chip.flashVoltage?.efuse.tieh,
  VDD_SPI_XPD: (chip) => chip.flashVoltage?.efuse.xpd,
  XTAL_CLK_DIVIDER: (chip) => (chip.crystal.kind === "measured" ? chip.crystal.divider : undefined),
};

function keyWords(chip: ChipDescriptor): readonly number[] {
  const key = encryptionKey(chip);
  return "keyWords" in key ? key.keyWords : [];
}
function c2Key(chip: ChipDescriptor) {
  const key = encryptionKey(chip);
  return key.kind === "esp32c2" ? key : undefined;
}
function purposeKey(chip: ChipDescriptor) {
  const key = encryptionKey(chip);
  return key.kind === "purpose" ? key : undefined;
}

const ALL: readonly ChipId[] = CHIPS.map(({ id }) => id);
const except = (...kept: readonly ChipId[]): readonly ChipId[] => ALL.filter((id) => !kept.includes(id));
const only = (...ids: readonly ChipId[]): readonly ChipId[] => ids;
interface LeftOut {
  readonly keys: string;
  readonly chips: readonly ChipId[];
  readonly why: string;
}

/** What is deliberately not taken over, for which chips, and why. Chips that lack the fact may be among them. */
const LEFT_OUT: readonly LeftOut[] = [
  // not facts of a chip
  { keys: "DEFAULT_PORT USES_RFC2217 HARDWARE_FLOW_CONTROL_VID_PIDS", chips: ALL, why: "about ports" },
  { keys: "ESPRESSIF_VID USB_JTAG_SERIAL_PID", chips: ALL, why: "the same for all: session's USB modes" },
  { keys: "ESP_ROM_BAUD WRITE_FLASH_ATTEMPTS", chips: ALL, why: "policy of session and flash" },
  { keys: "ESP_CMDS ESP_CHECKSUM_MAGIC ROM_INVALID_RECV_MSG", chips: ALL, why: "the protocol's: wire" },
  { keys: "ESP_IMAGE_MAGIC BOOTLOADER_IMAGE", chips: ALL, why: "the image format's: image" },
  { keys: "IS_STUB STUB_CLASS", chips: ALL, why: "a loader is a value here, not a class" },
  { keys: "OVERRIDE_VDDSDIO_CHOICES", chips: ALL, why: "follows from flashVoltage.rtc, which only the ESP32 has" },
  // used inside a hook, where the vectors of identity.test.ts prove them
  { keys: "APB_CTL_DATE_S APB_CTL_DATE_V", chips: only("esp32"), why: "inside identify" },
  { keys: "EFUSE_BLK0_RDATA3_REG_OFFS EFUSE_BLK0_RDATA5_REG_OFFS", chips: only("esp32"), why: "inside identify" },
  { keys: "TIMERS_RTC_CALI_VALUE TIMERS_RTC_CALI_VALUE_S", chips: only("esp32"), why: "inside romBaud" },
  { keys: "PCR_SYSCLK_XTAL_FREQ_S PCR_SYSCLK_XTAL_FREQ_V", chips: only("esp32c5"), why: "inside romBaud" },
  {
    keys:
      "LP_SYSTEM_REG_ANA_XPD_PAD_GROUP_REG PMU_0P1A_FORCE_TIEH_SEL_0 PMU_0P1A_TARGET0_0 PMU_ANA_0P1A_EN_CUR_LIM_0 " +
      "PMU_DATE_REG PMU_EXT_LDO_P0_0P1A_ANA_REG PMU_EXT_LDO_P0_0P1A_REG EFUSE_DOWNLOAD_MODE_XPD_ON_MASK",
    chips: only("esp32p4"),
    why: "inside flashPower",
  },
  // bases from which the registers named elsewhere are formed
  {
    keys: "DR_REG_SYSCON_BASE RTCCNTL_BASE_REG DR_REG_LPAON_BASE DR_REG_LP_SYS_BASE DR_REG_PMU_BASE DR_REG_TIMG_BASE",
    chips: ALL,
    why: "only a base of registers that are compared themselves",
  },
  { keys: "DR_REG_LP_WDT_BASE", chips: only("esp32h4"), why: "base of the super watchdog there, compared itself" },
  // the ESP32's, meaningless in what derives from it
  {
    keys:
      "APB_CTL_DATE_ADDR APB_CTL_DATE_S APB_CTL_DATE_V EFUSE_BLK0_RDATA3_REG_OFFS EFUSE_BLK0_RDATA5_REG_OFFS " +
      "EFUSE_RD_ABS_DONE_0_MASK EFUSE_RD_ABS_DONE_1_MASK EFUSE_RD_ABS_DONE_REG RTCCALICFG1 TIMERS_RTC_CALI_VALUE " +
      "TIMERS_RTC_CALI_VALUE_S RTC_CNTL_DREFH_SDIO_M RTC_CNTL_DREFL_SDIO_M RTC_CNTL_DREFM_SDIO_M " +
      "RTC_CNTL_SDIO_CONF_REG RTC_CNTL_SDIO_FORCE RTC_CNTL_SDIO_PD_EN RTC_CNTL_XPD_SDIO_REG",
    chips: except("esp32", "esp8266"),
    why: "registers of the ESP32 that these chips do not have",
  },
  {
    keys: "EFUSE_VDD_SPI_REG VDD_SPI_FORCE VDD_SPI_TIEH VDD_SPI_XPD GPIO_STRAP_VDDSPI_MASK",
    chips: except("esp32", "esp32s2", "esp32s3", "esp8266"),
    why: "left over from the ESP32: no flash voltage to read",
  },
  {
    keys: "GPIO_STRAP_REG",
    chips: only("esp32c3", "esp32c2", "esp32c6", "esp32c61", "esp32c5", "esp32h2", "esp32h21", "esp32h4", "esp32s31"),
    why: "left over from the ESP32",
  },
  {
    keys: "MAGIC_VALUE",
    chips: except("esp8266", "esp32", "esp32s2"),
    why: "left over from the ESP32: these are told by their image chip id",
  },
  {
    keys: "XTAL_CLK_DIVIDER",
    chips: CHIPS.filter(({ crystal }) => crystal.kind === "fixed").map(({ id }) => id),
    why: "left over from the ESP32: the crystal is fixed",
  },
  { keys: "UF2_FAMILY_ID", chips: only("esp32e22"), why: "left over from the ESP32: none is registered" },
  {
    keys:
      "EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT EFUSE_DIS_DOWNLOAD_MANUAL_ENCRYPT_REG EFUSE_SPI_BOOT_CRYPT_CNT_MASK " +
      "EFUSE_SPI_BOOT_CRYPT_CNT_REG",
    chips: only("esp32e22"),
    why: "left over from the ESP32: both read as constant 0",
  },
  // other leftovers
  { keys: "UART_CLKDIV_REG", chips: only("esp32p4", "esp32h4", "esp32s31"), why: "not this chip's UART; never read" },
  { keys: "EFUSE_BLOCK1_ADDR", chips: only("esp32c2"), why: "left over from the ESP32-C3: its block 1 is at +34" },
  {
    keys: "RTC_CNTL_SWD_AUTO_FEED_EN RTC_CNTL_SWD_CONF_REG RTC_CNTL_SWD_WKEY RTC_CNTL_SWD_WPROTECT_REG",
    chips: only("esp32c2", "esp32s31"),
    why: "left over: the super watchdog is not touched on these",
  },
  {
    keys: [0, 1, 2, 3, 4, 5].map((key) => `EFUSE_PURPOSE_KEY${key}_REG EFUSE_PURPOSE_KEY${key}_SHIFT`).join(" "),
    chips: only("esp32c2"),
    why: "left over from the ESP32-C3: no key purposes in fuses",
  },
  { keys: "PURPOSE_VAL_XTS_AES128_KEY", chips: only("esp32c2"), why: "left over from the ESP32-C3" },
  {
    keys: "EFUSE_PURPOSE_KEY5_REG EFUSE_PURPOSE_KEY5_SHIFT",
    chips: only("esp32s31"),
    why: "left over from the ESP32-C5: five keys",
  },
  {
    keys: "PCR_SYSCLK_CONF_REG PCR_SYSCLK_XTAL_FREQ_S PCR_SYSCLK_XTAL_FREQ_V",
    chips: only("esp32h4", "esp32s31"),
    why: "never read there: the crystal is fixed, no baud workaround",
  },
  {
    keys: "EFUSE_FORCE_USE_KM_KEY_MASK EFUSE_FORCE_USE_KM_KEY_REG",
    chips: only("esp32h4"),
    why: "the whole field of which keyManager is one bit",
  },
  {
    keys: "RTC_CNTL_OPTION1_REG RTC_CNTL_FORCE_DOWNLOAD_BOOT_MASK",
    chips: only("esp32e22"),
    why: "copied from the ESP32-S2: no such address there, and no watchdog reset to decide on",
  },
  // facts that say nothing on a chip
  { keys: "EFUSE_MAX_KEY", chips: only("esp8266", "esp32", "esp32c2"), why: "no key purposes in fuses" },
  { keys: "FLASH_ENCRYPTED_WRITE_ALIGN", chips: only("esp8266"), why: "cannot write encrypted" },
];

describe("every chip fact of the reference", () => {
  const leftOut = new Map<string, Set<ChipId>>();
  for (const { keys, chips } of LEFT_OUT) {
    for (const key of keys.split(" ")) leftOut.set(key, new Set([...(leftOut.get(key) ?? []), ...chips]));
  }

  describe.each(CHIPS.map((chip) => [chip.id, chip] as const))("%s", (id, chip) => {
    it.each(Object.entries(effectiveFacts(id)))("%s", (key, value) => {
      if (leftOut.get(key)?.has(id)) return;
      const field = MAPPED[key];
      expect(field, `${key} is neither mapped nor listed as left out for ${id}`).toBeDefined();
      expect(field?.(chip)).toEqual(normalised(value));
    });

    it("changes with the stub as the reference's stub class does", () => {
      const { stub_overrides } = file(id);
      expect(Object.keys(stub_overrides).sort()).toEqual(["FLASH_WRITE_SIZE", "IS_STUB"]);
      expect(traits(chip, "stub").flashBlockSize).toBe(normalised(stub_overrides["FLASH_WRITE_SIZE"]));
    });
  });

  it("is mapped only where it exists", () => {
    const known = new Set(CHIPS.flatMap(({ id }) => Object.keys(effectiveFacts(id))));
    expect(Object.keys(MAPPED).filter((key) => !known.has(key))).toEqual([]);
    expect([...leftOut.keys()].filter((key) => !known.has(key))).toEqual([]);
  });

  it("is not left out where the chip sets it itself, but for those reviewed here", () => {
    const owned = CHIPS.flatMap(({ id }) =>
      Object.keys(file(id).own)
        .filter((key) => leftOut.get(key)?.has(id) && MAPPED[key] !== undefined)
        .map((key) => `${id} ${key}`),
    );
    expect(owned.sort()).toEqual([
      "esp32e22 RTC_CNTL_FORCE_DOWNLOAD_BOOT_MASK",
      "esp32e22 RTC_CNTL_OPTION1_REG",
      "esp32h4 DR_REG_LP_WDT_BASE",
      "esp32h4 PCR_SYSCLK_CONF_REG",
    ]);
  });
});

describe("the index of chips", () => {
  it("says of each what its descriptor says, in the same order", () => {
    const facts = CHIPS.map(({ id, name, imageChipId, bootloaderOffset, magicValue }) => ({
      id,
      name,
      imageChipId,
      bootloaderOffset,
      magicValue,
    }));
    expect(CHIP_INDEX).toEqual(facts);
    expect(CHIP_INDEX.map(({ id }) => hasSecurityInfo(id))).toEqual(CHIPS.map(({ rom }) => rom.hasSecurityInfo));
  });

  it.each(CHIPS.map(({ id }) => id))("%s can be loaded, and is the one of the catalogue", async (id) => {
    expect(await loadChip(id)).toBe(chipById(id));
  });

  it("takes a chip that is at hand as it is", async () => {
    const mine = { ...chipById("esp32c3"), name: "mine" };
    expect(await loadChip("esp32c3", [chipById("esp32"), mine])).toBe(mine);
    expect(await loadChip("esp32c6", [mine])).toBe(chipById("esp32c6"));
  });
});

/** Fact sheet 3.8, 4.1, 4.5 and 4.6: what the reference keeps in code, not in its tables. */
describe("facts from the fact sheet alone", () => {
  it("lists the chips in the order of 4.1", () => {
    expect(CHIPS.map(({ id }) => id).join(" ")).toBe(
      "esp8266 esp32 esp32s2 esp32s3 esp32c3 esp32c2 esp32c6 esp32c61 esp32c5 esp32e22 esp32h2 esp32h21 esp32p4 " +
        "esp32h4 esp32s31",
    );
  });

  it.each([
    ["esp8266", "", "GPIO0 null", "esp8266:0"],
    ["esp32", "64", "GPIO0 GPIO2 low", "esp32:0"],
    ["esp32s2", "64", "GPIO0 GPIO46 low", "esp32s2:0"],
    ["esp32s3", "64", "GPIO0 GPIO46 low", "esp32s3:0"],
    ["esp32c3", "64", "GPIO9 GPIO8 high", "esp32c3:0"],
    ["esp32c2", "16 32 64", "GPIO9 GPIO8 high", "esp32c2:0"],
    ["esp32c6", "8 16 32 64", "GPIO9 GPIO8 high", "esp32c6:0"],
    ["esp32c61", "8 16 32 64", "GPIO9 GPIO8 high", "esp32c61:0"],
    ["esp32c5", "64", "GPIO28 GPIO27 high", "esp32c5:0"],
    ["esp32e22", "64", "none", ""],
    ["esp32h2", "8 16 32 64", "GPIO9 GPIO8 high", "esp32h2:0"],
    ["esp32h21", "8 16 32 64", "GPIO14 GPIO13 high", ""],
    ["esp32p4", "64", "GPIO35 GPIO36 high", "esp32p4:300 esp32p4-rev1:0"],
    ["esp32h4", "8 16 32 64", "GPIO14 GPIO13 high", "esp32h4:0"],
    ["esp32s31", "32 64 128 256", "none", "esp32s31:0"],
  ] as const)("%s: page sizes, boot strap, stubs", (id, pageKilobytes, strap, stubs) => {
    const chip = chipById(id);
    expect(chip.mmuPageSizes.map((size) => size / 1024).join(" ")).toBe(pageKilobytes);
    expect(chip.bootStrap === null ? "none" : `${chip.bootStrap.gpio} ${chip.bootStrap.second}`).toBe(strap);
    expect(chip.stubs.map(({ name, fromRevision }) => `${name}:${fromRevision}`).join(" ")).toBe(stubs);
  });

  const having = (test: (chip: ChipDescriptor) => unknown): string =>
    CHIPS.filter(test)
      .map(({ id }) => id.replace(/^esp32(?=.)/, ""))
      .join(" ");

  it("knows the USB sides", () => {
    expect(having(({ usb }) => usb.serialJtag)).toBe("s3 c3 c6 c61 c5 h2 h21 p4 h4 s31");
    expect(having(({ usb }) => usb.otgProductId !== null)).toBe("s2 s3 e22 p4 s31");
    for (const { usb, imageChipId } of CHIPS) if (usb.otgProductId !== null) expect(usb.otgProductId).toBe(imageChipId);
  });

  it("knows the crystals", () => {
    expect(having(({ crystal }) => crystal.kind === "measured")).toBe("esp8266 esp32 c2 c5 e22");
    expect(having(({ crystal }) => crystal.kind === "fixed" && crystal.mhz === 32)).toBe("h2 h21 h4");
    expect(having(({ crystal }) => crystal.kind === "fixed" && crystal.mhz === 40)).toBe("s2 s3 c3 c6 c61 p4 s31");
  });

  it("knows the watchdogs and resets", () => {
    expect(having(({ watchdogs }) => watchdogs?.canReset)).toBe("s2 s3 c3 c2 c61 c5 p4 s31");
    expect(having(({ watchdogs }) => watchdogs === null)).toBe("esp8266 esp32 e22");
    expect(having(({ watchdogs }) => watchdogs?.superWatchdog)).toBe("s3 c3 c6 c61 c5 h2 h21 p4 h4");
    expect(having(({ hardReset }) => hardReset.otgWatchdog === "always")).toBe("p4 s31");
    expect(having(({ hardReset }) => hardReset.otgWatchdog === "when-strapped-for-download")).toBe("s2 s3");
    expect(having(({ hardReset }) => hardReset.slowTimingOn === "otg")).toBe("s2 s3 e22");
    expect(having(({ hardReset }) => hardReset.slowTimingOn === "serial-jtag")).toBe("c5");
    expect(having(({ hardReset }) => hardReset.clearForceDownload)).toBe("s3");
    for (const { hardReset, watchdogs } of CHIPS)
      if (hardReset.otgWatchdog !== "never") expect(watchdogs?.canReset).toBe(true);
  });

  it("knows what the ROMs offer", () => {
    expect(having(({ rom }) => rom.statusLength === 2)).toBe("esp8266");
    expect(having(({ rom }) => !rom.hasSecurityInfo)).toBe("esp8266 esp32");
    expect(having(({ rom }) => rom.securityInfoLength === 12)).toBe("s2");
    expect(having(({ rom }) => !rom.hasEncryptedWord)).toBe("esp8266 esp32");
    expect(having(({ rom }) => rom.spiPadsInEfuse)).toBe("esp32");
    expect(having(({ rom }) => !rom.hasSecureDownloadMode)).toBe("esp8266 esp32");
    expect(having(({ rom }) => rom.securityInfoLength === 0)).toBe("esp8266 esp32");
    expect(having(({ rom }) => !rom.hasFlashCommands || !rom.canChangeBaud || rom.eraseSizeBug)).toBe("esp8266");
    expect(having(({ keepsBaudInSecureDownload }) => keepsBaudInSecureDownload)).toBe("c2 c5");
    expect(having(({ stubBeyond16MiB }) => stubBeyond16MiB)).toBe("s3 c61 c5 p4");
    expect(having(({ stubUnderSecureBoot }) => stubUnderSecureBoot.kind === "refuse")).toBe("c3");
    expect(having(({ legacyMinimumRevision }) => legacyMinimumRevision === "minor")).toBe("c3");
    expect(chipById("esp32s3").stubUnderSecureBoot).toEqual({ kind: "through-flash-read", pointer: 0x3fcef688 });
  });

  it("knows the fuses that have no name in the tables", () => {
    const esp32 = chipById("esp32").security;
    expect(esp32.secureBootV2?.sinceRevision).toBe(300);
    expect(esp32.cryptConfig).toEqual({
      field: { register: 0x3ff5a014, shift: 28, mask: 0xf },
      readProtect: { register: 0x3ff5a000, shift: 19, mask: 1 },
    });
    expect(esp32.encryptionKey).toMatchObject({ readProtect: { register: 0x3ff5a000, shift: 16, mask: 1 } });
    expect(keyWords(chipById("esp32"))).toEqual([14, 15, 16, 17, 18, 19, 20, 21].map((n) => 0x3ff5a000 + 4 * n));
    expect(keyWords(chipById("esp32c2")).at(-1)).toBe(0x6000887c);
    const widths = (mask: number) =>
      having(({ security: { keyPurposeFields } }) => {
        return keyPurposeFields.length > 0 && keyPurposeFields.every((field) => field.mask === mask);
      });
    expect(widths(0xf)).toBe("s2 s3 c3 c6 c61 e22 h2 h21 p4");
    expect(widths(0x1f)).toBe("c5 h4 s31");
    expect(having(({ security }) => security.secureBootV2?.sinceRevision !== 0)).toBe("esp8266 esp32");
    expect(having((chip) => purposeKey(chip)?.aes256Pair)).toBe("s2 s3 e22 p4 h4 s31");
    expect(having(({ security }) => security.secureBootV1)).toBe("esp32");
  });

  it("knows the eFuse blocks", () => {
    for (const { id, efuseBase, efuseBlock0, efuseBlock1, efuseBlock2 } of CHIPS) {
      if (efuseBase === null) {
        expect([id, efuseBlock0, efuseBlock1, efuseBlock2]).toEqual(["esp8266", null, null, null]);
        continue;
      }
      const offsets = [efuseBlock0, efuseBlock1, efuseBlock2].map((start) => (start ?? 0) - efuseBase);
      const special: Partial<Record<ChipId, readonly number[]>> = {
        esp32: [0, 0x38, 0x58],
        esp32c2: [0x30, 0x34, 0x40],
        esp32s31: [0x30, 0x50, 0x68],
      };
      expect([id, ...offsets]).toEqual([id, ...(special[id] ?? [0x30, 0x44, 0x5c])]);
    }
  });

  it.each([
    ["esp32", "0-29,32-33", ""],
    ["esp32s2", "0-21,26-46", "19,20"],
    ["esp32s3", "0-21,26-48", "19,20"],
    ["esp32c3", "0-21", "18,19"],
    ["esp32c2", "0-20", ""],
    ["esp32c6", "0-30", "12,13"],
    ["esp32c61", "0-30", "12,13"],
    ["esp32c5", "0-28", "13,14"],
    ["esp32e22", "0-52", "18,19"],
    ["esp32h2", "0-27", "26,27"],
    ["esp32h21", "0-27", "26,27"],
    ["esp32p4", "0-54", "24,25"],
    ["esp32h4", "0-39", "13,14"],
    ["esp32s31", "0-60", "33,34"],
  ] as const)("%s: pins for flash", (id, allowed, warned) => {
    const pins = chipById(id).spiPins;
    expect(pins?.allowed.map((range) => range.join("-")).join(",")).toBe(allowed);
    expect(pins?.warned.join(",")).toBe(warned);
    expect(pins?.highestHd).toBe(id === "esp32s3" ? 46 : null);
  });
});

describe("looking a chip up", () => {
  it.each(["esp32c3", "ESP32-C3", "Esp32-c3"])("by the name %s", (text) => {
    expect(findChip(text)?.id).toBe("esp32c3");
  });

  it("finds every chip by id, name, image id and magic word, and none twice", () => {
    for (const chip of CHIPS) {
      expect(findChip(chip.name)).toBe(chip);
      expect(chipById(chip.id)).toBe(chip);
      expect(chipNameKey(chip.name)).toBe(chip.id);
      expect(expandChipName(chip.id)).toBe(chip.name);
      if (chip.imageChipId !== null) expect(chipByImageId(chip.imageChipId)).toBe(chip);
      if (chip.magicValue !== null) expect(chipByMagic(chip.magicValue)).toBe(chip);
    }
    expect(new Set(CHIPS.map(({ imageChipId }) => imageChipId)).size).toBe(15);
  });

  it("takes a magic word read as a signed number", () => {
    expect(chipByMagic(0xfff0c101 | 0)?.id).toBe("esp8266");
    expect(chipByMagic(0x12345678)).toBeUndefined();
  });

  it("rejects other names and lists the choices", () => {
    expect(findChip("esp32c9")).toBeUndefined();
    try {
      requireChip("constructor");
      expect.unreachable();
    } catch (error) {
      if (!isEspError(error, "argument.unknown-chip")) throw error;
      expect(error.hint).toContain("esp8266, esp32, esp32s2");
    }
  });

  it.each([
    ["esp32s3", "ESP32-S3"],
    ["esp32c61", "ESP32-C61"],
    ["esp8266", "ESP8266"],
    ["esp32", "ESP32"],
    ["esp32s3beta2", "ESP32-S3(beta2)"],
    ["esp32c6beta", "ESP32-C6(beta)"],
    ["ESP32-H2(beta1)", "ESP32-H2(beta1)"],
  ])("expands %s to %s", (key, name) => {
    expect(expandChipName(key)).toBe(name);
  });

  it("has no retired id among the living", () => {
    for (const id of Object.keys(RETIRED_IMAGE_CHIP_IDS)) expect(chipByImageId(Number(id))).toBeUndefined();
  });
});
