/** Fact sheet 3.9: registers in which two ROMs keep what they believe of their crystal. */
export const ESP32_CALIBRATION = 0x3ff5f06c;
export const ESP32_EFUSE_WORD4 = 0x3ff5a010;
export const ESP32C5_SYSCLK_CONF = 0x60096110;
