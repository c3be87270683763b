import { describe, expect, it } from "vitest";
import { isEspError } from "../../errors.ts";
import { interpretClues } from "./detect.ts";

const info = (chipId: number | null, flags = 0) => ({
  flags,
  flashCryptCount: 0,
  keyPurposes: new Uint8Array(7),
  chipId,
  apiVersion: chipId === null ? null : 0,
});
const SECURE_DOWNLOAD = 4;

describe("what the clues mean", () => {
  it.each([
    ["an id in the security information", { securityInfo: info(5), magic: null }, "esp32c3", false],
    ["a locked chip with an id", { securityInfo: info(13, SECURE_DOWNLOAD), magic: null }, "esp32c6", true],
    ["the short security information of the S2", { securityInfo: info(null), magic: 0x7c6 }, "esp32s2", false],
    ["a locked S2", { securityInfo: info(null, SECURE_DOWNLOAD), magic: null }, "esp32s2", true],
    ["an S2 that refuses everything", { securityInfo: null, magic: null }, "esp32s2", true],
    ["the ESP32's magic word", { securityInfo: null, magic: 0x00f01d83 }, "esp32", false],
    ["the ESP8266's magic word", { securityInfo: null, magic: 0xfff0c101 }, "esp8266", false],
  ])("%s", async (_name, clues, id, secureDownload) => {
    expect(await interpretClues(clues, "auto")).toMatchObject({ id, secureDownload });
  });

  it.each([
    ["an unknown id", { securityInfo: info(99), magic: null }],
    ["the id of a retired chip", { securityInfo: info(7), magic: null }],
    ["an id that such a chip does not report", { securityInfo: info(0), magic: null }],
    ["an unknown magic word", { securityInfo: null, magic: 0x12345678 }],
  ])("%s is refused", async (_name, clues) => {
    try {
      await interpretClues(clues, "auto");
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error, "connect.unknown-chip")).toBe(true);
    }
  });
});
