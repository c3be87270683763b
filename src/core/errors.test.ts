import { describe, expect, expectTypeOf, it } from "vitest";
import type { ConnectDiagnosis } from "./error-details.ts";
import { ERROR_CODES, EspError, isEspError } from "./errors.ts";
import { reviveError, serialiseError } from "./serialise-error.ts";

const DIAGNOSIS: ConnectDiagnosis = {
  code: "connect.silence",
  port: "/dev/ttyUSB0",
  heard: ["nothing"],
  tried: [],
  likely: "No power.",
  advice: ["Plug it in."],
  remedies: ["list-ports"],
};
const silence: unknown = new EspError("connect.silence", "Nobody answers.", {
  hint: "Plug it in.",
  remedies: ["list-ports"],
  details: { diagnosis: DIAGNOSIS },
  cause: new TypeError("inner"),
});

describe("the kind of an error", () => {
  it("is told by its code, which says what the details are", () => {
    if (!isEspError(silence, "connect.silence")) throw new Error("it is one");
    expectTypeOf(silence.code).toEqualTypeOf<"connect.silence">();
    expectTypeOf(silence.details.diagnosis).toEqualTypeOf<ConnectDiagnosis>();
    expect(silence.details.diagnosis.heard).toEqual(["nothing"]);
    expect(isEspError(silence, "connect.echo")).toBe(false);
  });

  it("is told by its family; a switch over the codes is complete then", () => {
    if (!isEspError(silence, "connect.*")) throw new Error("it is one");
    switch (silence.code) {
      case "connect.wrong-chip":
        expectTypeOf(silence.details.expected).toEqualTypeOf<string | null>();
        break;
      case "connect.unknown-chip":
      case "connect.reset-sequence":
        expectTypeOf(silence.details["diagnosis"]).toBeUnknown();
        break;
      default:
        expectTypeOf(silence.details.diagnosis).toEqualTypeOf<ConnectDiagnosis>();
    }
    expect(isEspError(silence, "port.*")).toBe(false);
    // The family ends with its dot.
    expect(isEspError(new EspError("flash.unaligned", "x"), "link.*")).toBe(false);
    // @ts-expect-error There is no such family.
    expect(isEspError(silence, "conn.*")).toBe(false);
    // @ts-expect-error There is no such code.
    expect(isEspError(silence, "connect.nonsense")).toBe(false);
  });

  it("is an EspError whatever the code", () => {
    const any: EspError = new EspError("port.lost", "x");
    expectTypeOf(any.code).toEqualTypeOf<(typeof ERROR_CODES)[number]>();
    expect(isEspError(any) && isEspError(any, "port.*")).toBe(true);
    expect([null, undefined, 1, "port.lost", {}, new Error("x")].some((other) => isEspError(other))).toBe(false);
  });

  it("needs the details that its code promises", () => {
    // @ts-expect-error No details.
    new EspError("connect.wrong-chip", "x");
    // @ts-expect-error Other details.
    new EspError("connect.wrong-chip", "x", { details: { expected: 1, found: null } });
    new EspError("connect.wrong-chip", "x", { details: { expected: null, found: "ESP32", more: true } });
  });

  it("lists each code once", () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });
});

describe("an error far from where it was thrown", () => {
  const asData = { ...DIAGNOSIS };

  it.each([
    ["JSON", (error: unknown) => JSON.parse(JSON.stringify(error))],
    ["a clone of its data", (error: unknown) => structuredClone(serialiseError(error))],
    ["a revived clone", (error: unknown) => reviveError(structuredClone(serialiseError(error)))],
    ["revived JSON", (error: unknown) => reviveError(JSON.parse(JSON.stringify(error)))],
  ])("is known after %s", (_way, travel) => {
    const arrived: unknown = travel(silence);
    if (!isEspError(arrived, "connect.silence")) throw new Error("it is one");
    expect(arrived.message).toBe("Nobody answers.");
    expect(arrived.hint).toBe("Plug it in.");
    expect(arrived.remedies).toEqual(["list-ports"]);
    expect(arrived.name).toBe("EspError");
    expect(arrived.details.diagnosis).toEqual(asData);
  });

  it("keeps what was behind it in words", () => {
    const revived = reviveError(structuredClone(serialiseError(silence)));
    expect(revived).toBeInstanceOf(EspError);
    expect((revived.cause as Error).message).toBe("inner");
    expect(serialiseError(revived)).toEqual(serialiseError(silence));
  });

  it("is none after a bare clone, of which the message alone is left", () => {
    const clone: unknown = structuredClone(silence);
    expect(isEspError(clone)).toBe(false);
    expect(reviveError(clone)).toMatchObject({ code: "internal", message: "Nobody answers." });
  });

  it("is made of anything", () => {
    for (const thrown of [undefined, null, "text", 7, new Error("text"), { code: "port.lost" }]) {
      expect(serialiseError(thrown).code).toBe("internal");
      expect(reviveError(thrown).code).toBe("internal");
    }
  });

  it("keeps the code that a later version may have", () => {
    const later = { brand: "esptool-ts.EspError", code: "later.version", message: 1, details: null };
    expect(reviveError(later)).toMatchObject({ code: "later.version", message: "1", details: {} });
  });
});

describe("details", () => {
  class Session {
    readonly chip = "ESP32";
  }

  it("are plain data whatever they were made of", () => {
    const circle: Record<string, unknown> = {};
    circle["again"] = circle;
    const { details } = new EspError("internal", "x", {
      details: {
        bytes: Uint8Array.of(1, 255),
        big: 10n,
        map: new Map([["a", new Set([1])]]),
        session: new Session(),
        error: new RangeError("bad"),
        infinite: Number.POSITIVE_INFINITY,
        absent: undefined,
        call: () => 1,
        circle,
        closed: Proxy.revocable({}, {}).proxy,
        hostile: new Proxy({}, { ownKeys: () => "nothing" as never }),
      },
    });
    expect(details).toMatchObject({
      bytes: "01ff",
      big: "10",
      map: { a: [1] },
      session: { chip: "ESP32" },
      error: { name: "RangeError", message: "bad" },
      infinite: "Infinity",
      hostile: "...",
    });
    expect(Object.keys(details)).not.toContain("absent");
    expect(Object.keys(details)).not.toContain("call");
    expect(structuredClone(details)).toEqual(details);
    expect(JSON.parse(JSON.stringify(details))).toEqual(details);
  });
});
