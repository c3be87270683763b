import { expect, it } from "vitest";
import { closestName, closestNames, didYouMean } from "./closest-name.ts";

const COMMANDS = ["write-flash", "read-flash", "erase-flash", "erase-region", "flash-id", "run", "ports", "write-mem"];

it.each([
  ["wirte-flash", "write-flash"],
  ["flash-write", "write-flash"],
  ["flash_id", "flash-id"],
  ["FLASH-ID", "flash-id"],
  ["rum", "run"],
  ["port", "ports"],
])("%s is like %s", (typed, meant) => {
  expect(closestName(typed, COMMANDS)).toBe(meant);
});

it("nothing is near", () => {
  expect(closestName("xyzzy", COMMANDS)).toBeNull();
  expect(closestName("", COMMANDS)).toBeNull();
  expect(didYouMean("xyzzy", COMMANDS)).toBeNull();
});

it("several are named where they are about as near, and only then", () => {
  expect(didYouMean("esp32c33", ["esp32c3", "esp32c2", "esp8266"])).toBe("Did you mean esp32c3?");
  expect(closestNames("esp32c", ["esp32c3", "esp32c2", "esp32c6", "esp32c61", "esp8266"])).toHaveLength(3);
  expect(didYouMean("esp32c", ["esp32c3", "esp8266", "esp32c2"])).toBe("Did you mean esp32c3 or esp32c2?");
});
