import { describe, expect, it } from "vitest";
import { isEspError } from "../../../index.ts";
import type { ListedPort } from "../../../node.ts";
import { checkPortFilter, filterPorts } from "./port-filter.ts";

const port = (path: string, facts: Partial<ListedPort> = {}): ListedPort => ({
  path,
  usable: true,
  rank: 0,
  likely: false,
  ...facts,
});
const PORTS = [
  port("/dev/ttyUSB0", { usbVendorId: 0x10c4, usbProductId: 0xea60, serialNumber: "0001" }),
  port("/dev/ttyACM0", { usbVendorId: 0x303a, usbProductId: 0x1001, serialNumber: "AA:BB" }),
  port("/dev/ttyS0"),
  port("COM3", { usbVendorId: 0x303a }),
];
const left = (...filters: string[]) => filterPorts(PORTS, filters).map(({ path }) => path);

describe("port filters", () => {
  it("leave the ports that fit", () => {
    expect(left()).toHaveLength(4);
    expect(left("vid=0x303a")).toEqual(["/dev/ttyACM0", "COM3"]);
    expect(left("vid=12346", "pid=0x1001")).toEqual(["/dev/ttyACM0"]);
    expect(left("vid=0x303a", "vid=0x10c4")).toEqual(["/dev/ttyUSB0", "/dev/ttyACM0", "COM3"]);
    expect(left("name=ttyS")).toEqual(["/dev/ttyS0"]);
    expect(left("name=dev")).toEqual([]);
    expect(left("serial=A:")).toEqual(["/dev/ttyACM0"]);
    expect(left("serial==")).toEqual([]);
  });

  it.each([
    ["vid", "must consist of key=value."],
    ["=3", "must consist of key=value."],
    ["vid=", "must consist of key=value."],
    ["usb=3", "argument key not recognized."],
    ["VID=3", "argument key not recognized."],
    ["vid=0x", "not a number"],
  ])("refuse %j", (text, sentence) => {
    try {
      checkPortFilter(text);
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error, "argument.invalid")).toBe(true);
      // Scripts look for the first two.
      expect(String(error)).toContain(sentence);
    }
  });
});
