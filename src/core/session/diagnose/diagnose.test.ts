import { describe, expect, it } from "vitest";
import { findPanic, noiseText } from "../../link/noise.ts";
import { diagnose } from "./diagnose.ts";
import type { ConnectEvidence } from "./diagnosis.ts";

const text = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
function evidence(heard: Uint8Array<ArrayBuffer>, more: Partial<ConnectEvidence> = {}): ConnectEvidence {
  return {
    port: "/dev/ttyUSB0",
    baudRate: 115200,
    resets: ["tight reset, 50 ms", "tight reset, 550 ms", "tight reset, 50 ms"],
    syncs: 15,
    noise: heard,
    noiseTotal: heard.length,
    text: noiseText(heard),
    panic: findPanic(noiseText(heard)),
    linesUnsupported: false,
    resetSuppressed: false,
    losses: 0,
    chip: null,
    ...more,
  };
}

describe("the diagnosis of a failed connection", () => {
  it.each([
    ["silence", evidence(new Uint8Array(0)), "connect.silence"],
    [
      "the application boots",
      evidence(text("rst:0x1 (POWERON),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n")),
      "connect.wrong-boot-mode",
    ],
    [
      "download mode without an answer",
      evidence(text("boot:0x3 (DOWNLOAD_BOOT(UART0))\r\nwaiting for download\r\n")),
      "connect.no-reply-in-download-mode",
    ],
    ["an application's text", evidence(text("I (1200) wifi: connected\r\n")), "connect.wrong-boot-mode"],
    ["a crash", evidence(text("Fatal exception (28):\r\nepc1=0x0")), "connect.wrong-boot-mode"],
    ["garbage", evidence(Uint8Array.from({ length: 200 }, (_, index) => (index * 91) & 0xff)), "connect.garbage"],
    ["its own echo", evidence(Uint8Array.of(0xc0, 0x00, 0x08, 0x24, 0x00, 0, 0, 0, 0, 7, 7)), "connect.echo"],
    ["a port that comes and goes", evidence(new Uint8Array(0), { losses: 3 }), "connect.port-lost"],
  ])("%s", (_name, seen, code) => {
    const diagnosis = diagnose(seen);
    expect(diagnosis.code).toBe(code);
    expect(diagnosis.heard.length).toBeGreaterThan(0);
    expect(diagnosis.advice.length).toBeGreaterThan(0);
  });

  it("tells what was tried, counted", () => {
    expect(diagnose(evidence(new Uint8Array(0))).tried).toEqual([
      "tight reset, 50 ms x 2",
      "tight reset, 550 ms x 1",
      "15 synchronisations at 115200 baud",
    ]);
  });

  it("says so when the port has no lines", () => {
    expect(diagnose(evidence(new Uint8Array(0), { linesUnsupported: true })).likely).toMatch(/download mode/);
  });

  it.each(["tcp", "rfc2217"] as const)("never speaks of USB or cables where the port is reached by %s", (network) => {
    const heard = [
      evidence(new Uint8Array(0), { network }),
      evidence(new Uint8Array(0), { network, linesUnsupported: true }),
      evidence(new Uint8Array(0), { network, losses: 3 }),
      evidence(text("Port already in use\r\n"), { network, losses: 3 }),
      evidence(text("boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n"), { network, losses: 3 }),
      evidence(text("I (1200) wifi: connected\r\n"), { network }),
      evidence(
        Uint8Array.from({ length: 200 }, (_, index) => (index * 91) & 0xff),
        { network },
      ),
    ].map((seen) => diagnose({ ...seen, port: "socket://board:3333" }));
    expect(JSON.stringify(heard)).not.toMatch(/USB|cable/i);
    expect(heard.map(({ code }) => code)).toEqual([
      "connect.silence",
      "connect.silence",
      "port.busy",
      "port.busy",
      "connect.port-lost",
      "connect.wrong-boot-mode",
      "connect.garbage",
    ]);
  });
});
