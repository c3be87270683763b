import { expect, it } from "vitest";
import { planReading } from "./plan-reading.ts";

it("what is known is handed out in pieces, the rest is read, in order and without gaps", () => {
  expect(
    planReading(0x90000, [
      { offset: 0x1000, sizeBytes: 0x2000 },
      { offset: 0x60000, sizeBytes: 0x30000 },
    ]),
  ).toEqual([
    { do: "skip", offset: 0, sizeBytes: 0x1000 },
    { do: "read", offset: 0x1000, sizeBytes: 0x2000 },
    { do: "skip", offset: 0x3000, sizeBytes: 0x40000 },
    { do: "skip", offset: 0x43000, sizeBytes: 0x1d000 },
    { do: "read", offset: 0x60000, sizeBytes: 0x30000 },
  ]);
  expect(planReading(5, [])).toEqual([{ do: "skip", offset: 0, sizeBytes: 5 }]);
  expect(planReading(5, [{ offset: 0, sizeBytes: 5 }])).toEqual([{ do: "read", offset: 0, sizeBytes: 5 }]);
});
