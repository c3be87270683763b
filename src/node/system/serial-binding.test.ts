import { SerialPort } from "serialport";
import { afterEach, describe, expect, it, vi } from "vitest";
import { codeOf } from "../../../test/support/port/ports.ts";
import { loadSerialBinding, unableHost } from "./serial-binding.ts";

afterEach(() => {
  vi.doUnmock("@serialport/bindings-cpp");
  vi.doUnmock("serialport");
  vi.resetModules();
});

const noBinary = (): never => {
  throw new Error("No native build was found for platform=sunos");
};
const notInstalled = (): never => {
  throw new Error("Cannot find package 'serialport'");
};

describe("the driver of serial ports", () => {
  it("is the one that comes with the package, though another is installed", async () => {
    vi.doMock("serialport", notInstalled);
    const { autoDetect } = await import("@serialport/bindings-cpp");
    expect(await loadSerialBinding()).toBe(autoDetect());
  });

  it("is that of serialport where there is no binary for this platform", async () => {
    vi.doMock("@serialport/bindings-cpp", noBinary);
    expect(await loadSerialBinding()).toBe(SerialPort.binding);
  });

  it("is missed with the reason and what to do", async () => {
    vi.doMock("@serialport/bindings-cpp", noBinary);
    vi.doMock("serialport", notInstalled);
    expect(await codeOf(loadSerialBinding())).toBe("port.library-missing");
    const error = await loadSerialBinding().catch((thrown: unknown) => thrown as Error & { readonly hint: string });
    expect(error).toMatchObject({ hint: expect.stringContaining("npm install serialport") });
  });

  it("is not tried where it would end the process, or could not read", () => {
    expect(unableHost({ node: "24.3.0", bun: "1.4.5" }, "linux")).toBe("Bun");
    expect(unableHost({ node: "24.3.0", deno: "2.9.6" }, "darwin")).toBe("Deno");
    expect(unableHost({ node: "24.3.0", bun: "1.4.5" }, "win32")).toBeNull();
    expect(unableHost(process.versions, "linux")).toBeNull();
  });
});
