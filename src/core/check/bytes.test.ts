import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { byteForms, NO_BYTES } from "../../../test/support/wrong-values.ts";
import { checkBytes } from "./bytes.ts";

const DATA = Uint8Array.of(1, 2, 0xff, 4);

describe("bytes", () => {
  it.each(Object.entries(byteForms(DATA)))("as %s", (_name, make) => {
    const bytes = checkBytes(make(), "data");
    expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype);
    expect(bytes).toEqual(DATA);
  });

  it("are looked at, not copied", () => {
    const view = new DataView(new ArrayBuffer(8), 2, 4);
    checkBytes(view, "data")[1] = 7;
    expect(view.getUint8(1)).toBe(7);
    const own = new Uint8Array(4);
    expect(checkBytes(own, "data")).toBe(own);
  });

  it("that others may write to meanwhile are copied", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(4));
    const bytes = checkBytes(shared, "data");
    shared[0] = 9;
    expect(bytes[0]).toBe(0);
  });

  it.each(Object.entries(NO_BYTES))("are not %s", (_name, make) => {
    const { code, message, hint, details } = thrown(() => checkBytes(make(), "files[0].data"));
    expect(code).toBe("argument.invalid");
    expect(message).toMatch(/^'files\[0\]\.data' must be bytes/);
    expect(hint).toMatch(/\.$/);
    expect(details).toMatchObject({ argument: "files[0].data", received: expect.any(String) });
  });
});
