import { describe, expect, it } from "vitest";
import { chipById } from "../chip/catalog.ts";
import type { StubRegion } from "../session/stub-memory.ts";
import { findStubConflicts, isFatal, stubConflictError } from "./stub-conflicts.ts";

const REGIONS: readonly StubRegion[] = [
  { holds: "code", start: 0x40380000, end: 0x40381788 },
  { holds: "data", start: 0x3fc96d68, end: 0x3fc96e34 },
  { holds: "buffers", start: 0x3fc84000, end: 0x3fc96d68 },
];
const at = (address: number, sizeBytes = 4) => [{ address, data: new Uint8Array(sizeBytes) }];

describe("a segment and the stub", () => {
  it.each<[string, number, number, string[]]>([
    ["before the code", 0x4037fffc, 4, []],
    ["the first word of the code", 0x4037fffc, 5, ["code"]],
    ["the last word of the code", 0x40381784, 4, ["code"]],
    ["behind the code", 0x40381788, 4, []],
    ["before the buffers", 0x3fc83ffc, 4, []],
    ["from buffers to data", 0x3fc96d60, 16, ["data", "buffers"]],
    ["behind the data", 0x3fc96e34, 4, []],
    ["around all data", 0x3fc83000, 0x20000, ["data", "buffers"]],
    ["nothing, in the middle of the code", 0x40380100, 0, []],
    ["the code, as data", 0x3fc81784, 4, ["code"]],
    ["behind the code, as data", 0x3fc81788, 4, []],
    ["the buffers, as code", 0x40384000, 4, ["buffers"]],
    ["the data, as code", 0x40396e30, 4, ["data"]],
  ])("%s", (_what, address, sizeBytes, holds) => {
    const found = findStubConflicts(chipById("esp32c3"), at(address, sizeBytes), REGIONS);
    expect(found.map(({ region }) => region.holds)).toEqual(holds);
  });

  it("do not get along, but for buffers at their other address", () => {
    const fatal = (address: number): boolean[] =>
      findStubConflicts(chipById("esp32c3"), at(address), REGIONS).map(isFatal);
    expect(fatal(0x3fc84000)).toEqual([true]);
    expect(fatal(0x40384000)).toEqual([false]);
    expect(fatal(0x40396e30)).toEqual([true]);
    expect(fatal(0x3fc80000)).toEqual([true]);
  });

  it("are both named in the error", () => {
    const [conflict] = findStubConflicts(chipById("esp32c3"), at(0x40380010), REGIONS);
    if (conflict === undefined) return expect.unreachable();
    const { message, details } = stubConflictError(conflict);
    expect(message).toContain("Stub flasher is resident at 0x40380000 to 0x40381787");
    expect(details["segment"]).toEqual({ start: 0x40380010, end: 0x40380014 });
  });
});
