import { describe, expect, it } from "vitest";
import { isEspError } from "../../errors.ts";
import { parseResetSequence } from "./parse-reset-sequence.ts";
import { resetSequencesFor } from "./reset-sequences.ts";

const port = (info: object, atomicLines = true) => ({
  info: { path: "x", ...info },
  capabilities: { lines: true, atomicLines, baud: true },
});
const names = (sequences: readonly { name: string }[]): string[] => sequences.map(({ name }) => name);

describe("the choice of reset sequences", () => {
  it("cycles tight and classic, short and long, where both lines change at once", () => {
    expect(names(resetSequencesFor(port({}), { before: "default-reset" }))).toEqual([
      "tight reset, 50 ms",
      "tight reset, 550 ms",
      "classic reset, 50 ms",
      "classic reset, 550 ms",
    ]);
    expect(names(resetSequencesFor(port({}, false), { before: "default-reset" }))).toEqual([
      "classic reset, 50 ms",
      "classic reset, 550 ms",
    ]);
  });

  it("knows the USB-Serial/JTAG port, and usb-reset forces its sequence", () => {
    const ids = { usbVendorId: 0x303a, usbProductId: 0x1001 };
    expect(names(resetSequencesFor(port(ids), { before: "default-reset" }))).toEqual(["USB-Serial/JTAG reset"]);
    expect(names(resetSequencesFor(port({}), { before: "usb-reset" }))).toEqual(["USB-Serial/JTAG reset"]);
  });

  it("uses one delay when one is given and nothing else when a custom sequence is", () => {
    expect(names(resetSequencesFor(port({}, false), { before: "default-reset", resetDelayMs: 7 }))).toEqual([
      "classic reset, 7 ms",
    ]);
    expect(
      resetSequencesFor(port({}), { before: "default-reset", custom: parseResetSequence("D0|W0.5") })[0]?.steps,
    ).toEqual([{ dtr: false, rts: false }, { waitMs: 500 }]);
  });

  it("leaves IO0 alone at the end on flow-control adapters", () => {
    const ids = { usbVendorId: 0x10c4, usbProductId: 0xea64 };
    for (const { steps } of resetSequencesFor(port(ids), { before: "default-reset" }))
      expect(steps.at(-1)).toHaveProperty("waitMs");
  });
});

describe("a custom sequence", () => {
  it("is parsed into steps that always set both lines", () => {
    // Fact sheet 2.3: the classic sequence in this notation.
    expect(parseResetSequence("D0|R1|W0.1|D1|R0|W0.05|D0").steps).toEqual([
      { dtr: false, rts: false },
      { dtr: false, rts: true },
      { waitMs: 100 },
      { dtr: true, rts: true },
      { dtr: true, rts: false },
      { waitMs: 50 },
      { dtr: false, rts: false },
    ]);
    expect(parseResetSequence("U1,1|U0,1").steps).toEqual([
      { dtr: true, rts: true },
      { dtr: false, rts: true },
    ]);
  });

  it.each(["", "X1", "D2", "D", "W", "W-1", "U1", "W1e9", "W99999", "D0||D1", "__import__('os')"])(
    "refuses %j",
    (text) => {
      expect(() => parseResetSequence(text)).toThrow();
      try {
        parseResetSequence(text);
      } catch (error) {
        expect(isEspError(error, "connect.reset-sequence")).toBe(true);
      }
    },
  );
});
