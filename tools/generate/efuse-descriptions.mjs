// What the eFuse fields mean, one line each, in our own words: by name, by family of names, and by chip where a chip
// differs. Used by generate-efuse-tables.mjs.

const GENERAL = {
  // protection and identity
  WR_DIS: "Each burned bit locks a group of fields or a whole block against burning, for good",
  RD_DIS: "Bits 0 to 5 hide the key blocks, bit 6 BLOCK_SYS_DATA2, for good: they then read as zero",
  MAC: "Factory MAC address of this chip",
  MAC_EXT: "Two bytes that stand in the middle of MAC_EUI64",
  MAC_EUI64: "IEEE 802.15.4 address, 8 bytes: MAC with MAC_EXT in its middle",
  CUSTOM_MAC: "A MAC address of your own, for firmware that asks for it",
  WAFER_VERSION_MAJOR: "Major part of the chip revision",
  WAFER_VERSION_MINOR: "Minor part of the chip revision",
  WAFER_VERSION_MAJOR_LO: "Major part of the chip revision, its two low bits",
  WAFER_VERSION_MAJOR_HI: "Major part of the chip revision, its top bit",
  WAFER_VERSION_MINOR_LO: "Minor part of the chip revision, its three low bits",
  WAFER_VERSION_MINOR_HI: "Minor part of the chip revision, its top bit",
  DISABLE_WAFER_VERSION_MAJOR: "Firmware is not to look at the major chip revision when it checks whether it fits",
  DISABLE_BLK_VERSION_MAJOR: "Firmware is not to look at BLK_VERSION_MAJOR when it checks whether it fits",
  BLK_VERSION_MAJOR: "Layout of the factory data: a new major number means old software cannot read it",
  BLK_VERSION_MINOR: "Layout of the factory data: grows when something is added, such as calibration",
  BLOCK0_VERSION: "Layout of BLOCK0, as a number",
  PKG_VERSION: "Package of the chip, as a number",
  OPTIONAL_UNIQUE_ID: "A number no other chip has, burned in the factory; zero where it was left out",
  TEMP: "Highest ambient temperature the chip is rated for",

  // memory inside the package
  FLASH_CAP: "Size of the flash inside the package",
  FLASH_TEMP: "Temperature up to which the flash inside the package works",
  FLASH_VENDOR: "Maker of the flash inside the package",
  PSRAM_CAP: "Size of the PSRAM inside the package",
  PSRAM_CAP_3: "Size of the PSRAM inside the package, its top bit",
  PSRAM_CAPACITY: "Size of the PSRAM inside the package, put together of PSRAM_CAP_3 and PSRAM_CAP",
  PSRAM_TEMP: "Temperature up to which the PSRAM inside the package works",
  PSRAM_VENDOR: "Maker of the PSRAM inside the package",
  FLASH_VERSION: "Which flash is inside the package, if any",
  PSRAM_VERSION: "Which PSRAM is inside the package, if any",

  // download mode and boot
  DIS_DOWNLOAD_MODE: "Closes download mode for good: no host can flash or read this chip again",
  ENABLE_SECURITY_DOWNLOAD: "Download mode lets a host write flash and little else: no stub, no RAM, no registers",
  DIS_FORCE_DOWNLOAD: "Firmware can no longer restart the chip into download mode",
  DIS_DOWNLOAD_ICACHE: "Download mode runs without the instruction cache",
  DIS_DOWNLOAD_DCACHE: "Download mode runs without the data cache",
  DIS_DOWNLOAD_MANUAL_ENCRYPT: "Download mode can no longer have the chip encrypt what it writes to flash",
  DOWNLOAD_MODE_XPD_ON: "What XPD switches stays powered in download mode",
  SPI_DOWNLOAD_MSPI_DIS: "Download mode has no mapped view of flash and PSRAM: SPI0 is off there",
  DIS_DIRECT_BOOT: "No direct boot: the ROM starts nothing from flash that is not a proper bootloader",
  DIS_LEGACY_SPI_BOOT: "The older way of booting from SPI flash is closed",
  DIS_BOOT_REMAP: "RAM can no longer be laid over the addresses of the ROM",
  DIS_PCIE_DOWNLOAD: "Closes download mode over PCIe",
  UART_PRINT_CONTROL: "When the ROM prints its boot log on the UART: always, never, or as a strapping pin says",
  UART_PRINT_CHANNEL: "Which UART gets the boot log of the ROM",
  FORCE_SEND_RESUME: "The ROM always wakes the flash with a resume command before it boots from it",
  FLASH_TPUW: "Pause for the flash after power-up: up to 14 in ms, 15 stands for 30 ms",
  FLASH_TYPE: "Data lines between chip and flash: eight when set, else four",
  FLASH_PAGE_SIZE: "Page size that the ROM expects of the flash",
  FLASH_ECC_EN: "The ROM boots from flash with error correction (ECC)",
  FLASH_ECC_MODE: "Which error correction (ECC) the ROM uses with flash that has it",
  PIN_POWER_SELECTION: "What supplies GPIO33 to GPIO37 once the flash is set up",
  ERR_RST_ENABLE: "The chip looks for damaged bits of BLOCK0 when it resets",
  RECOVERY_BOOTLOADER_FLASH_SECTOR: "4 KB sector of a spare bootloader, started if the first fails; 0 or 0xfff: none",
  RECOVERY_BOOTLOADER_FLASH_SECTOR_HI: "Bits 9 to 11 of RECOVERY_BOOTLOADER_FLASH_SECTOR",
  RECOVERY_BOOTLOADER_FLASH_SECTOR_LO: "Bits 0 to 8 of RECOVERY_BOOTLOADER_FLASH_SECTOR",
  XTAL_48M_SEL: "Crystal on the board: 48 MHz with an odd count of burned bits, 40 MHz with an even one",
  XTAL_48M_SEL_MODE: "In joint download mode XTAL_48M_SEL tells the crystal's speed, no longer a strapping pin",

  // debugging
  DIS_PAD_JTAG: "Turns off JTAG through the pins for good",
  DIS_USB_JTAG: "Turns off JTAG through USB for good",
  HARD_DIS_JTAG: "Turns off JTAG for good",
  SOFT_DIS_JTAG: "Odd count of burned bits: JTAG stays off until the HMAC unit opens it with its key",
  JTAG_SEL_ENABLE: "A strapping pin picks JTAG through USB or through the pins, while both are allowed",
  STRAP_JTAG_SEL: "GPIO3 picks JTAG through USB or through the pins at reset, while both are allowed",
  RE_ENABLE_JTAG_SOURCE: "Who may open JTAG again: the HMAC unit when set, else RMA",

  // secure boot
  SECURE_BOOT_EN: "Turns on secure boot for good: only a bootloader signed with a trusted key starts",
  SECURE_BOOT_AGGRESSIVE_REVOKE: "A signature that fails gets its key revoked at once",
  SECURE_BOOT_DISABLE_FAST_WAKE: "On wake-up secure boot verifies in full, without its short cut",
  SECURE_BOOT_SHA384_EN: "Secure boot works with SHA-384",
  SECURE_VERSION: "Anti-rollback: the oldest app that may start, as a count of burned bits",
  BOOTLOADER_ANTI_ROLLBACK_EN: "The ROM refuses a bootloader that is older than the burned version",
  BOOTLOADER_ANTI_ROLLBACK_UPDATE_IN_ROM: "The ROM itself burns the version of a newer bootloader that it starts",
  BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION: "The oldest bootloader that the ROM may start, for anti-rollback",
  BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION_HI: "Bit 3 of BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION",
  BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION_LO: "Bits 0 to 2 of BOOTLOADER_ANTI_ROLLBACK_SECURE_VERSION",

  // flash encryption and keys
  SPI_BOOT_CRYPT_CNT: "1 or 3 burned bits turn flash encryption on, 2 turn it off again",
  KM_XTS_KEY_LENGTH_256: "Flash encryption with a key manager key: XTS-AES-128 when set, else XTS-AES-256",
  XTS_DPA_PSEUDO_LEVEL: "Dummy rounds that hide XTS-AES from power analysis: 0 none, 3 most",
  XTS_DPA_CLK_ENABLE: "Varies the clock of XTS-AES, to hide it from power analysis",
  SEC_DPA_LEVEL: "How much the clock is varied against power analysis: 0 not at all, 3 most",
  CRYPT_DPA_ENABLE: "Turns on what hides the crypto units from power analysis",
  ENA_XTS_SHADOW: "A second XTS-AES core watches the first, against injected faults",
  ENA_SPI_BOOT_CRYPT_SCRAMBLER: "Encrypted data in external memory is scrambled as well",
  ECC_FORCE_CONST_TIME: "Elliptic curve unit always takes the same time, whatever the numbers",
  ECDSA_CURVE_MODE: "Curves of the ECDSA unit: 0 and 3 just P-256, 1 just P-192, 2 the two of them",
  ECDSA_DISABLE_P192: "The ECDSA unit refuses the curve P-192",
  ECDSA_FORCE_USE_HARDWARE_K: "ECDSA signs with the hardware's random number k only",
  ECDSA_ENABLE_SOFT_K: "Software may choose the random number k of ECDSA, which is a risk to the key",
  ECDSA_DISABLE_SOFT_K: "Software may no longer choose the random number k of ECDSA",
  DIS_SM_CRYPT: "Turns off the SM crypto units, SM2 and SM3",
  BLOCK_USR_DATA: "Free for your own data; its bytes 25 to 30 are CUSTOM_MAC",
  BLOCK_SYS_DATA2: "Second block of factory data; keep off",

  // key manager
  KM_DISABLE_DEPLOY_MODE: "Key manager takes in no new keys of a type: bit 0 ECDSA, 1 XTS-AES, 2 HMAC, 3 DS",
  KM_DISABLE_DEPLOY_MODE_H: "Bit 4 of KM_DISABLE_DEPLOY_MODE: no new PSRAM keys",
  KM_DEPLOY_ONLY_ONCE: "Key manager takes in one key of a type only: bit 0 ECDSA, 1 XTS-AES, 2 HMAC, 3 DS",
  KM_DEPLOY_ONLY_ONCE_H: "Bit 4 of KM_DEPLOY_ONLY_ONCE: one PSRAM key only",
  FORCE_USE_KEY_MANAGER_KEY: "Keys of a type come from the key manager alone: bit 0 ECDSA, 1 XTS-AES, 2 HMAC, 3 DS",
  FORCE_USE_KEY_MANAGER_KEY_H: "Bit 4 of FORCE_USE_KEY_MANAGER_KEY: the PSRAM key",
  KM_RND_SWITCH_CYCLE: "Key manager renews its random number every 8, 16, 32 cycles (1, 2, 3) or by register (0)",
  FORCE_DISABLE_SW_INIT_KEY: "Key manager starts from the key in eFuse, never from one of software",
  LOCK_KM_KEY: "Keys of the key manager are locked as soon as they are deployed",
  HUK_GEN_STATE: "Making the hardware unique key is allowed while an even count of bits is burned",
  KM_HUK_GEN_STATE: "Making the hardware unique key is allowed while an even count of bits is burned",

  // return to the maker for analysis
  RMA_ENA: "Analysis by the maker (RMA) in download mode: open at 1 and 2, shut at 0 and 3",
  RMA_SESSION_COUNTER: "How often an RMA session was opened on this chip",
  RMA_NONCE_ENA: "Bit 1: RMA works with a nonce that the key manager makes",
  RMA_CHIP_INFO_SOURCE: "What RMA knows the chip by: HUK info when set, else its unique ID",
  RMA_DISABLE_FAST_VEF: "RMA sessions verify in full, without the short cut",

  // USB
  DIS_USB: "Turns off USB OTG for good",
  DIS_USB_OTG: "Turns off USB OTG for good",
  DIS_USB_SERIAL_JTAG: "Turns off USB-Serial-JTAG for good: no console, JTAG or flashing over it",
  DIS_USB_SERIAL_JTAG_ROM_PRINT: "The ROM keeps its boot log off USB-Serial-JTAG",
  DIS_USB_SERIAL_JTAG_DOWNLOAD_MODE: "No flashing over USB-Serial-JTAG: download mode is closed there",
  DIS_USB_DOWNLOAD_MODE: "Closes download mode over USB OTG",
  DIS_USB_OTG_DOWNLOAD_MODE: "Closes download mode over USB OTG",
  USB_EXCHG_PINS: "Swaps the USB pins D+ and D-",
  USB_DEVICE_EXCHG_PINS: "Swaps D+ and D- of USB-Serial-JTAG",
  USB_OTG11_EXCHG_PINS: "Swaps D+ and D- of the full-speed USB OTG port",
  USB_OTG_FS_EXCHG_PINS: "Swaps D+ and D- of the full-speed USB OTG port",
  USB_PHY_SEL: "Which of the two internal USB PHYs serves the USB device, and which USB OTG",
  USB_EXT_PHY_ENABLE: "USB works through a PHY outside the chip",
  USB_FORCE_NOPERSIST: "USB takes the bus voltage as always there (BVALID is 1)",
  USB_OTG11_DREFL: "Low input threshold of the USB OTG 1.1 PHY, single-ended",

  // units and pads
  DIS_ICACHE: "Turns off the instruction cache",
  DIS_DCACHE: "Turns off the data cache",
  DIS_TWAI: "Turns off the CAN (TWAI) controller",
  DIS_WIFI6: "Wi-Fi does without its Wi-Fi 6 (802.11ax) part",
  DIS_APP_CPU: "Turns off the second CPU core",
  DIS_CORE1: "Turns off the second CPU core",
  DIS_WDT: "Turns off the watchdog for good",
  DIS_SWD: "Turns off the super watchdog for good",
  DIS_REDUNDANCY: "eFuses are read without their redundant copies",
  WDT_DELAY_SEL: "How long the RTC watchdog waits while the chip boots; one more doubles the time",
  HYS_EN_PAD: "Pads 0 to 27 get inputs with hysteresis",
  HYS_EN_PAD0: "Hysteresis of the inputs of pads 0 to 5, one bit each",
  HYS_EN_PAD1: "Hysteresis of the inputs of pads 6 to 27, one bit each",
  SWAP_UART_SDIO_EN: "UART and SDIO change places on the pads",
  PAD_MODE_SELECT: "Supply of the pads, one bit a group: 1.8 V when set, else 3.0 V",
  REPEAT_DATA4: "Reserved, do not burn",

  // supply
  VDD_SPI_AS_GPIO: "Makes the VDD_SPI pin an ordinary GPIO",
  VDD_SPI_XPD: "With VDD_SPI_FORCE: turns on the regulator of VDD_SPI, the flash supply",
  VDD_SPI_TIEH: "With VDD_SPI_FORCE: the voltage of VDD_SPI, the flash supply",
  VDD_SPI_FORCE: "VDD_SPI_XPD and VDD_SPI_TIEH set the flash supply at reset, no longer a strapping pin",
  VDD_SPI_LDO_ADJUST: "Setting of the flash's LDO: how it works and what voltage it gives",
  FLASH_LDO_EFUSE_SEL: "eFuses set the default voltage of the flash's LDO, no longer a strapping pin",
  FLASH_LDO_POWER_SEL: "LDO that feeds the flash: the 1.2 V one when set, else the 1.8 V one",
  PMU_FLASH_POWER_SEL: "Flash supply, if PMU_FLASH_POWER_SEL_EN is burned: 3.3 V when set, else 1.8 V",
  PMU_FLASH_POWER_SEL_EN: "Makes PMU_FLASH_POWER_SEL count",
  HP_PWR_SRC_SEL: "Feeds the high-power system from the DC-DC converter when set, else from the LDO",
  DCDC_VSET: "Voltage the DC-DC converter starts with, as a code",
  DCDC_VSET_EN: "The DC-DC converter starts with the voltage that is burned",
  DCDC_CCM_EN: "Runs the DC-DC converter in continuous conduction mode",
  SLP_DCDC: "Factory setting of the DC-DC converter in sleep",
  IO_LDO_ADJUST: "Setting of the LDO that feeds the I/O pads",
  IO_LDO_1P8: "The LDO of the I/O pads gives 1.8 V",

  // supply monitors
  POWERGLITCH_EN: "Turns on the detector of glitches on the supply",
  POWERGLITCH_EN1: "Turns on detectors of glitches on the supply as the chip powers up, one bit each",
  POWER_GLITCH_EN: "Turns on detectors of glitches on the supply, one bit each",
  PVT_GLITCH_EN: "Turns on the PVT monitor, which notices glitches on the supply",
  PVT_GLITCH_MODE: "How the PVT monitor tells a glitch",
  PVT_GLITCH_CHARGE_RESET: "What a glitch does: starts the charge pump when set, else resets the chip",
  PVT_CELL_SELECT: "Which cell the PVT monitor measures with",
  PVT_LIMIT: "Value from which the PVT monitor sees a glitch",
  PVT_PUMP_LIMIT: "Value at which the PVT monitor starts the charge pump",
  PUMP_DRV: "How far the charge pump lifts the voltage",

  // calibration
  TEMP_CALIB: "Error of the temperature sensor, measured in the factory",
  TEMPERATURE_SENSOR: "Correction of the temperature sensor, measured in the factory",
  OCODE: "Trim of the bandgap reference, measured in the factory",
  DCDC_OCODE: "Trim of the DC-DC converter's reference, measured in the factory",
  DBIAS_VOL_GAP: "Voltage between the bias settings of the two power domains, from the factory",
  LP_HP_DBIAS_VOL_GAP: "Voltage between the bias settings of the low-power and high-power domains, from the factory",
  LP_DCDC_DBIAS_VOL_GAP: "Voltage between the bias settings of the low-power domain and the DC-DC converter",
  DSLP_DBG: "Factory setting of the power supply in deep sleep (DBG)",
  DSLP_DBIAS: "Factory setting of the core voltage in deep sleep (DBIAS)",
  LSLP_HP_DRVB: "Factory setting of the high-power domain's driver in light sleep (DRVB)",
  PVT_DBIAS: "Factory setting of the core voltage for the PVT monitor (DBIAS)",
  DIG_DBIAS_HVT: "Factory setting of the digital core voltage, measured on high-threshold cells (HVT)",
  THRES_HVT: "Threshold for the measurement on high-threshold cells (HVT), from the factory",
  PA_TRIM_VERSION: "Version of the factory trim of the ADC",
  TRIM_N_BIAS: "Factory trim of the ADC, bias of its N side",
  TRIM_P_BIAS: "Factory trim of the ADC, bias of its P side",
  REF_CURR_CODE: "Factory trim of the ADC, reference current",
  RES_TUNE_CODE: "Factory trim of the ADC, resistors",
  VDD_3V4_DOUT: "What the ADC read for a supply of 3.4 V",
  INITCODE_DIFF_1P8_3P3: "How the ADC init code differs between pads at 1.8 V and at 3.3 V",
  HI_DOUT_DIFF_1P8_3P3: "How the ADC's high reading differs between pads at 1.8 V and at 3.3 V",
  ADC_CALIB: "ADC calibration data that all attenuations share",
  ADC_CALIBRATION_3: "More ADC calibration data of the factory, third part",
  RXIQ_VERSION: "Version of the receiver's I/Q calibration",
};

const SPI_SIGNALS = {
  CLK: "clock",
  Q: "data 1 (Q)",
  D: "data 0 (D)",
  CS: "chip select",
  CS0: "chip select",
  HD: "data 3 or hold (HD)",
  WP: "data 2 or write protect (WP)",
  DQS: "data strobe",
  D4: "data 4",
  D5: "data 5",
  D6: "data 6",
  D7: "data 7",
};

const DOMAINS = { HP: "high-power", LP: "low-power" };
const STATES = {
  ACTIVE: "while awake",
  LSLP: "in light sleep",
  DSLP: "in deep sleep",
  SLP: "in sleep",
  ACT: "while awake",
};
const LDO_CONSTANTS = { DREF: "reference", MUL: "multiplier", K: "slope", VOS: "offset", C: "constant" };
/** Readings from which the two-point calibration of the ESP32 counts, for ADC1 and ADC2 (fact sheet efuse-secure A6). */
const LOW_TWO_POINT = ["278", "421"];
const HIGH_TWO_POINT = ["3265", "3406"];

/** Families of names; the first that fits. */
const FAMILIES = [
  [/^SPI_PAD_CONFIG_(\w+)$/, ([, signal]) => `GPIO of the flash's ${SPI_SIGNALS[signal]} line; 0: the usual one`],
  [
    /^SECURE_BOOT_KEY_REVOKE(\d)$/,
    ([, n]) => `Secure boot no longer trusts the key whose purpose is SECURE_BOOT_DIGEST${n}`,
  ],
  [/^KEY_PURPOSE_(\d)$/, ([, n]) => `What BLOCK_KEY${n} holds, and so which unit may use it`],
  [/^KEY_PURPOSE_(\d)_H$/, ([, n]) => `Bit 4 of the purpose of BLOCK_KEY${n}; KEY_PURPOSE_${n} has bits 0 to 3`],
  [/^BLOCK_KEY(\d)$/, ([, n]) => `A key, a digest or your own data, as KEY_PURPOSE_${n} says`],
  [
    /^RECOVERY_BOOTLOADER_FLASH_SECTOR_(\d+)_(\d+)$/,
    ([, first, last]) =>
      `${first === last ? `Bit ${first}` : `Bits ${first} to ${last}`} of RECOVERY_BOOTLOADER_FLASH_SECTOR`,
  ],
  [/^PVT_(\d)_GLITCH_EN$/, ([, n]) => `Turns on PVT monitor ${n}, which notices glitches on the supply`],
  [/^PVT_(\d)_GLITCH_MODE$/, ([, n]) => `How PVT monitor ${n} tells a glitch`],
  [/^PVT_(\d+)M_BIAS$/, ([, mhz]) => `DC-DC converter setting the PVT monitor found for a CPU at ${mhz} MHz`],
  [/^PXA0_TIEH_SEL_(\d)$/, ([, n]) => `Who sets the level of LDO output VO${n}: always high, a register or SDMMC`],
  [/^LDO_VO(\d)_(\w+)$/, ([, n, kind]) => `Factory calibration of LDO output VO${n}, ${LDO_CONSTANTS[kind]}`],
  [/^ADJUST_1V(\d)$/, ([, tenths]) => `Factory trim of the flash's LDO at 1.${tenths} V`],
  [/^ACTIVE_DCDC_1V(\d+)$/, ([, part]) => `Factory setting of the DC-DC converter for 1.${part} V while awake`],
  [
    /^(ACTIVE|LSLP|DSLP)_(HP|LP)_(DBIAS|DBG)$/,
    ([, state, domain, kind]) =>
      `Factory setting of the ${DOMAINS[domain]} domain's voltage ${STATES[state]} (${kind})`,
  ],
  [
    /^(DIG|RTC)_LDO_(SLP|ACT)_(DBIAS|STEPD)(\d+)$/,
    ([, ldo, state, kind, n]) =>
      `Factory calibration of the ${ldo === "DIG" ? "digital" : "RTC"} LDO ${STATES[state]}, ` +
      `${kind === "DBIAS" ? "at bias" : "step"} ${n}`,
  ],
  [/^K_(DIG|RTC)_LDO$/, ([, ldo]) => `Factory calibration of the ${ldo === "DIG" ? "digital" : "RTC"} LDO, slope`],
  [
    /^V_(DIG|RTC)_DBIAS(\d+)$/,
    ([, ldo, n]) => `Factory calibration of the ${ldo === "DIG" ? "digital" : "RTC"} LDO, voltage at bias ${n}`,
  ],
  [/^RXIQ_(\d)$/, ([, n]) => `Receiver's I/Q calibration, value ${n}`],
  [/^ADC(\d)_TP_LOW$/, ([, n]) => `ADC${n} reading at 150 mV, in steps of 4 from ${LOW_TWO_POINT[n - 1]}`],
  [/^ADC(\d)_TP_HIGH$/, ([, n]) => `ADC${n} reading at 850 mV, in steps of 4 from ${HIGH_TWO_POINT[n - 1]}`],
  [/^ADC(\d)_INIT_CODE_ATTEN(\d)$/, ([, n, level]) => `Factory init code of ADC${n} at attenuation ${level}`],
  [
    /^ADC(\d)_INIT_CODE_ATTEN(\d)_CH(\d)$/,
    ([, n, level, channel]) => `How channel ${channel} of ADC${n} differs from its init code at attenuation ${level}`,
  ],
  [/^ADC(\d)_AVE_INIT_?CODE_ATTEN(\d)$/, ([, n, level]) => `Average init code of ADC${n} at attenuation ${level}`],
  [
    /^ADC(\d)_CH(\d)_ATTEN(\d)_INITCODE_DIFF$/,
    ([, n, channel, level]) =>
      `How channel ${channel} of ADC${n} differs from the average init code at attenuation ${level}`,
  ],
  [/^ADC(\d)_CAL_VOL_ATTEN(\d)$/, ([, n, level]) => `ADC${n} reading of a known voltage at attenuation ${level}`],
  [/^ADC(\d)_HI_DOUT_ATTEN(\d)$/, ([, n, level]) => `ADC${n} reading of a known high voltage at attenuation ${level}`],
  [
    /^RTCCALIB_V1IDX_A(\d)(\d)(H|L)$/,
    ([, n, level, end]) => `ADC${n} calibration at attenuation ${level}, ${end === "H" ? "high" : "low"} point`,
  ],
];

/** Where a field means something else, or its bits are others. */
const BY_CHIP = [
  [
    ["esp32"],
    {
      RD_DIS: "Bits 0 to 2 hide BLOCK1 to BLOCK3, bit 3 some fields of BLOCK0, for good: they read as zero",
      FLASH_CRYPT_CNT: "Odd count of burned bits turns flash encryption on, even count off; seven changes in all",
      UART_DOWNLOAD_DIS: "Closes UART download mode for good: no host can flash or read this chip (v3.0 and up)",
      MAC_CRC: "CRC-8 of the factory MAC, to notice damage",
      DISABLE_APP_CPU: "This chip has one CPU core: the second is off",
      DISABLE_BT: "This chip has no Bluetooth",
      CHIP_PACKAGE: "Package of the chip, its three low bits",
      CHIP_PACKAGE_4BIT: "Package of the chip, its top bit",
      PKG_VERSION: "Package of the chip, put together of CHIP_PACKAGE_4BIT and CHIP_PACKAGE",
      DIS_CACHE: "Turns off the cache",
      CHIP_CPU_FREQ_LOW: "If CHIP_CPU_FREQ_RATED is burned: this CPU may run at 160 MHz, not at 240 MHz",
      CHIP_CPU_FREQ_RATED: "CHIP_CPU_FREQ_LOW counts: the factory has rated this CPU's speed",
      BLK3_PART_RESERVE: "BLOCK3 holds ADC calibration points, so that part of it is not yours",
      CHIP_VER_REV1: "Burned on chips of revision v1.0 and up",
      CHIP_VER_REV2: "Burned on chips of revision v2.0 and up",
      CLK8M_FREQ: "Correction of the internal 8 MHz oscillator",
      ADC_VREF: "Measured reference voltage of the ADC: 1100 mV and steps of 7 mV up or down",
      XPD_SDIO_REG: "With XPD_SDIO_FORCE: turns on the regulator of VDD_SDIO, the flash supply",
      XPD_SDIO_TIEH: "With XPD_SDIO_FORCE: the voltage of VDD_SDIO, the flash supply",
      XPD_SDIO_FORCE: "XPD_SDIO_REG and XPD_SDIO_TIEH set the flash supply at reset, no longer GPIO12",
      VOL_LEVEL_HP_INV: "Core voltage for the CPU at 240 MHz or flash at 80 MHz: 0 is level 7, 3 is level 4",
      WAFER_VERSION_MAJOR: "Major chip revision: of CHIP_VER_REV1, CHIP_VER_REV2 and a bit of a register",
      FLASH_CRYPT_CONFIG: "Which address bits change the flash encryption key from place to place; 0xf is usual",
      CODING_SCHEME: "How BLOCK1 to BLOCK3 are guarded against damage; it sets how much fits into them",
      CONSOLE_DEBUG_DISABLE: "No BASIC prompt of the ROM when there is nothing to boot",
      DISABLE_SDIO_HOST: "Turns off the SDIO host",
      ABS_DONE_0: "Turns on secure boot version 1 for good: the bootloader must match its keyed digest",
      ABS_DONE_1: "Turns on secure boot version 2 for good: the bootloader must be signed (v3.0 and up)",
      JTAG_DISABLE: "Turns off JTAG for good",
      DISABLE_DL_ENCRYPT: "UART download mode can no longer have the chip encrypt what it writes to flash",
      DISABLE_DL_DECRYPT: "UART download mode can no longer read flash in the clear",
      DISABLE_DL_CACHE: "UART download mode can no longer use the flash cache",
      KEY_STATUS: "Reserved, meant to tell what BLOCK3 is used for",
      MAC_VERSION: "1: BLOCK3 holds a MAC address of your own and its CRC",
      CUSTOM_MAC_CRC: "CRC-8 of CUSTOM_MAC, to notice damage",
      BLOCK1: "Key of flash encryption, or your own data",
      BLOCK2: "Key of secure boot version 1, digest of the signing key of version 2, or your own data",
      BLOCK3: "Your own data; also the places of CUSTOM_MAC, SECURE_VERSION and ADC calibration",
    },
  ],
  [
    ["esp32c2"],
    {
      RD_DIS: "Bit 0 hides the low half of the key block, bit 1 the high half, for good: they read as zero",
      XTS_KEY_LENGTH_256: "Flash encryption key: all 256 bits of the key block when set, else its low 128 bits",
      CUSTOM_MAC_USED: "Says that CUSTOM_MAC was burned",
      BLOCK_KEY0: "The whole key block: one flash encryption key of 256 bits, or two halves",
      BLOCK_KEY0_LOW_128: "Low half of the key block: flash encryption key of 128 bits",
      BLOCK_KEY0_HI_128: "High half of the key block: digest of the secure boot key",
    },
  ],
  [
    ["esp32c3", "esp32s2"],
    { WAFER_VERSION_MINOR: "Minor chip revision, put together of WAFER_VERSION_MINOR_HI and _LO" },
  ],
  [["esp32c5", "esp32c61"], { DIS_ICACHE: "Turns off the cache" }],
  [
    ["esp32e22"],
    {
      FLASH_TPUW: "Pause for the flash after power-up",
      SYS_DATA_PART1: "First block of factory data; keep off",
      SYS_DATA_PART2: "Second block of factory data; keep off",
    },
  ],
  [
    ["esp32e22", "esp32h21", "esp32p4"],
    { SPI_DOWNLOAD_MSPI_DIS: "Download mode cannot reach flash and PSRAM over the system bus" },
  ],
  [
    ["esp32h2", "esp32h21", "esp32p4", "esp32s31"],
    { XTS_DPA_PSEUDO_LEVEL: "Dummy rounds that hide XTS-AES from power analysis: 0 as a register says, 3 most" },
  ],
  [
    ["esp32h4"],
    {
      FLASH_TPUW: "Pause for the flash after power-up, in ms",
      USB_PHY_SEL: "USB-Serial-JTAG and full-speed USB OTG change their PHYs",
    },
  ],
  [["esp32h4", "esp32s31"], { HYS_EN_PAD: "Pads get inputs with hysteresis" }],
  [
    ["esp32p4"],
    {
      WAFER_VERSION_MAJOR: "Major chip revision, put together of WAFER_VERSION_MAJOR_HI and _LO",
      XTS_KEY_LENGTH_256: "Flash encryption with a key manager key: picks XTS-AES-128 or XTS-AES-256",
      KM_XTS_KEY_LENGTH_256: "Flash encryption with a key manager key: XTS-AES-256 when set, else XTS-AES-128",
    },
  ],
  [
    ["esp32p4", "esp32s31"],
    { KM_RND_SWITCH_CYCLE: "Key manager renews its random number at a pace of its own, or by register (0)" },
  ],
  [
    ["esp32s2"],
    {
      SOFT_DIS_JTAG: "JTAG stays off until the HMAC unit opens it with its key",
      FLASH_TPUW: "Pause for the flash after power-up, in half milliseconds",
    },
  ],
  [
    ["esp32s3"],
    {
      WAFER_VERSION_MINOR: "Minor chip revision, put together of WAFER_VERSION_MINOR_HI and _LO",
      PSRAM_CAP: "Size of the PSRAM inside the package, its two low bits",
      USB_PHY_SEL: "Which USB PHY, the internal or an external one, serves USB OTG and which the USB device",
    },
  ],
  [
    ["esp32s31"],
    {
      RD_DIS: "Bits 0 to 4 hide the key blocks, bit 5 BLOCK_SYS_DATA2, for good: they then read as zero",
      FLASH_TYPE: "Kind of flash: NAND when set, else NOR",
      KM_XTS_KEY_LENGTH_256: "Flash encryption with a key manager key: picks XTS-AES-128 or XTS-AES-256",
      KM_DISABLE_DEPLOY_MODE: "Key manager takes in no new keys: bit 0 ECDSA, 1 flash, 2 HMAC and AES, 3 DS, 4 PSRAM",
      KM_DEPLOY_ONLY_ONCE: "Key manager takes in one key only: bit 0 ECDSA, 1 flash, 2 HMAC and AES, 3 DS, 4 PSRAM",
      FORCE_USE_KEY_MANAGER_KEY: "Keys come from the key manager alone: bit 0 ECDSA, 1 flash, 4 PSRAM",
      LOCK_KM_KEY: "Locks the XTS-AES key",
    },
  ],
];

const MAX_LENGTH = 100;
const used = new Set();

function find(chip, name) {
  for (const [index, [chips, entries]] of BY_CHIP.entries())
    if (chips.includes(chip) && Object.hasOwn(entries, name)) return [`${index} ${name}`, entries[name]];
  if (Object.hasOwn(GENERAL, name)) return [name, GENERAL[name]];
  for (const [pattern, describe] of FAMILIES) {
    const match = pattern.exec(name);
    if (match !== null) return [pattern.source, describe(match)];
  }
  throw new Error(`${chip}: ${name} has no description`);
}

/** The description of a chip's field: one line of ASCII. */
export function descriptionOf(chip, name) {
  const [key, text] = find(chip, name);
  used.add(key);
  if (!/^[\x20-\x7e]+$/.test(text) || text.length > MAX_LENGTH || text.includes("undefined"))
    throw new Error(`${chip}: the description of ${name} is not one line of at most ${MAX_LENGTH} characters: ${text}`);
  return text;
}

/** Entries that describe no field, after all fields were asked for. */
export function unusedDescriptions() {
  const all = [
    ...Object.keys(GENERAL),
    ...FAMILIES.map(([pattern]) => pattern.source),
    ...BY_CHIP.flatMap(([, entries], index) => Object.keys(entries).map((name) => `${index} ${name}`)),
  ];
  return all.filter((key) => !used.has(key));
}
