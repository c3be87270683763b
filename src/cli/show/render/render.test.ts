import { describe, expect, it } from "vitest";
import { screenOf } from "../../../../test/support/screen.ts";
import type { EspEvent, EventBody } from "../../../index.ts";
import { styleOf } from "../style.ts";
import { Terminal } from "../terminal.ts";
import { createRenderer } from "./render.ts";

interface Look {
  readonly isTTY?: boolean;
  readonly verbose?: boolean;
  readonly command?: string;
  readonly showProgress?: boolean;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a list of events looks like. */
function rendered(bodies: readonly EventBody[], look: Look = {}): string {
  let text = "";
  const write = (more: string): void => {
    text += more;
  };
  const stream = { write, isTTY: look.isTTY ?? false, columns: 120 };
  const style = styleOf(stream, look.env ?? {});
  let time = 0;
  const render = createRenderer({
    terminal: new Terminal(stream, { rewrites: style.moves && look.verbose !== true }),
    style,
    command: look.command ?? "write-flash",
    showProgress: look.showProgress ?? true,
    now: () => (time += 5),
  });
  for (const body of bodies) render({ session: "s", ...body } as EspEvent);
  return text;
}

const screen = (text: string): string => screenOf(text, 120).text;

const CONNECTING: readonly EventBody[] = [
  { type: "connect.started", port: "/dev/ttyUSB0" },
  { type: "connect.reset", attempt: 1, sequence: "tight" },
  { type: "connect.sync-failed", attempt: 1 },
  { type: "connect.sync-failed", attempt: 1 },
  { type: "connect.chip", chip: "esp32c3", name: "ESP32-C3", autoDetected: true },
  {
    type: "connect.identity",
    port: "/dev/ttyUSB0",
    chip: "esp32c3",
    description: "ESP32-C3 (QFN32) (revision v0.3)",
    features: ["Wi-Fi", "BT 5 (LE)"],
    crystalMhz: 40,
    usbMode: "USB-Serial/JTAG",
    mac: "24:0a:c4:00:00:01",
    baseMac: null,
    macExtension: null,
    secureDownload: false,
  },
  { type: "stub.uploading", name: "esp32c3", sizeBytes: 5000 },
  { type: "stub.starting" },
  { type: "stub.running" },
  { type: "baud.changing", baudRate: 460800 },
  { type: "baud.changed", baudRate: 460800 },
];

function progress(done: number, address: number): EventBody {
  const overall = { overallDone: done, overallTotal: 51200, fileIndex: 0, fileCount: 1, bytesPerSecond: null };
  return { type: "progress", phase: "write", done, total: 51200, address, ...overall };
}

const WRITING: readonly EventBody[] = [
  { type: "flash.configuring" },
  { type: "flash.size-detected", sizeBytes: 4194304, name: "4MB" },
  { type: "flash.parameters-patched", file: "a.bin", mode: 2, sizeFrequency: 0x40 },
  { type: "flash.digest-updated", file: "a.bin" },
  { type: "write.file", file: "a.bin", address: 0x10000, sizeBytes: 51200, index: 0, count: 1 },
  { type: "write.erases", start: 0x10000, end: 0x1cfff },
  { type: "write.compressed", sizeBytes: 51200, compressedBytes: 300 },
  progress(0, 0x10000),
  { type: "warning", code: "flash.xmc", message: "odd" },
  progress(16384, 0x14000),
  progress(16385, 0x14001),
  progress(51200, 0x1c800),
  { type: "write.done", file: "a.bin", address: 0x10000, sizeBytes: 51200, compressedBytes: 300, elapsedMs: 100 },
  { type: "verify.started", file: "a.bin", address: 0x10000, sizeBytes: 51200 },
  { type: "verify.matched", file: "a.bin", after: "write" },
  { type: "reset.done", how: "hard", message: "Hard resetting via RTS pin..." },
];

describe("events as text", () => {
  it("are plain lines in a file or pipe", () => {
    expect(rendered([...CONNECTING, ...WRITING])).toMatchInlineSnapshot(`
      "Connecting.....
      Detecting chip type... ESP32-C3
      Connected to ESP32-C3 on /dev/ttyUSB0:
      Chip type:          ESP32-C3 (QFN32) (revision v0.3)
      Features:           Wi-Fi, BT 5 (LE)
      Crystal frequency:  40MHz
      USB mode:           USB-Serial/JTAG
      MAC:                24:0a:c4:00:00:01

      Uploading stub flasher...
      Running stub flasher...
      Stub flasher running.
      Changing baud rate to 460800...
      Changed.

      Configuring flash size...
      Auto-detected flash size: 4MB
      Flash parameters set to 0x0240.
      SHA digest in image updated.
      Flash will be erased from 0x00010000 to 0x0001cfff...
      Compressed 51200 bytes to 300...
      Writing at 0x00010000 [                              ]   0.0% 0/51200 bytes...
      Warning: odd
      Writing at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes...
      Writing at 0x0001c800 [==============================] 100.0% 51200/51200 bytes...
      Wrote 51200 bytes (300 compressed) at 0x00010000 in 0.1 seconds (4096.0 kbit/s).
      Verifying written data...
      Hash of data verified.

      Hard resetting via RTS pin...
      "
    `);
  });

  it("leave on a terminal only what matters when it is done", () => {
    const text = rendered([...CONNECTING, ...WRITING], { isTTY: true });
    expect(text).toContain("\u001b[33mWarning:\u001b[0m odd");
    expect(text).toContain(
      "\rWriting at 0x00014000 [========>                     ]  32.0% 16384/51200 bytes  26214.4 kbit/s     0:01 left\rWriting",
    );
    expect(screen(text)).toMatchInlineSnapshot(`
      "Connecting to /dev/ttyUSB0 … ESP32-C3 (revision v0.3), stub running, 460800 baud

      Configuring flash size...
      Auto-detected flash size: 4MB
      Flash parameters set to 0x0240.
      SHA digest in image updated.
      Warning: odd
      Wrote 51200 bytes (300 compressed) at 0x00010000 in 0.1 seconds (4096.0 kbit/s).
      Hash of data verified.

      Hard resetting via RTS pin...
      "
    `);
  });

  it("keep everything with --verbose", () => {
    const text = rendered(CONNECTING, { isTTY: true, verbose: true });
    expect(text).toBe(rendered(CONNECTING));
  });

  it("have no colours with NO_COLOR and no control sequences on a dumb terminal", () => {
    const note: EventBody = { type: "note", code: "connect.socket", message: "so" };
    expect(rendered([note], { isTTY: true })).toBe("\u001b[1;36mNote:\u001b[0m so\n");
    expect(rendered([note], { isTTY: true, env: { NO_COLOR: "1" } })).toBe("Note: so\n");
    expect(rendered(WRITING, { isTTY: true, env: { TERM: "dumb" } })).toBe(rendered(WRITING));
    expect(rendered(WRITING, { isTTY: true, env: { NO_COLOR: "1" } })).toContain("\r");
  });

  it("show no bar when none is wanted", () => {
    expect(rendered(WRITING, { showProgress: false })).not.toContain("[");
    expect(rendered(WRITING, { showProgress: false, isTTY: true })).not.toContain("\r");
  });

  it("name each of several files", () => {
    const file: EventBody = { type: "write.file", file: "b.bin", address: 0x8000, sizeBytes: 9, index: 1, count: 2 };
    expect(rendered([{ type: "stub.starting" }, file])).toBe(
      "Running stub flasher...\n\nWriting 'b.bin' at 0x00008000...\n",
    );
  });

  it("keep the lines of a stage that failed", () => {
    const failing: EventBody[] = [
      { type: "erase.started", what: "chip", address: 0, sizeBytes: null, estimatedMs: null },
      { type: "reset.done", how: "hard", message: "Hard resetting via RTS pin..." },
    ];
    expect(screen(rendered(failing, { isTTY: true }))).toBe(
      "Erasing flash memory (this may take a while)...\n\nHard resetting via RTS pin...\n",
    );
  });

  it("tell what differs in verify-flash", () => {
    const started: EventBody = { type: "verify.started", file: "a.bin", address: 0x6000, sizeBytes: 1024 };
    const differences = {
      count: 2,
      firstAddress: 0x6000,
      lastAddress: 0x6003,
      runs: [
        {
          address: 0x6000,
          sizeBytes: 4,
          count: 2,
          flash: Uint8Array.of(255, 65, 66, 255),
          file: Uint8Array.of(1, 65, 66, 67),
        },
      ],
    };
    const text = rendered(
      [
        started,
        { type: "verify.matched", file: "a.bin", after: "verify" },
        started,
        { type: "verify.mismatched", file: "a.bin", differences: null },
        started,
        { type: "verify.mismatched", file: "a.bin", differences },
      ],
      { command: "verify-flash" },
    );
    expect(text).toMatchInlineSnapshot(`
      "Verifying 0x400 (1024) bytes at 0x00006000 in flash against 'a.bin'...
      Verification successful (digest matched).
      Verifying 0x400 (1024) bytes at 0x00006000 in flash against 'a.bin'...
      Verification failed (digest mismatch).
      Verifying 0x400 (1024) bytes at 0x00006000 in flash against 'a.bin'...
      Verification failed: 2 differences, first at 0x00006000:
        - flash, + file
        - 0x00006000  ff 41 42 ff                                     .AB.
        + 0x00006000  01 .. .. 43                                     .ABC
      "
    `);
  });

  it("dump the traffic", () => {
    const text = rendered([
      { type: "connect.started", port: "p" },
      {
        type: "trace",
        what: "command",
        name: "READ_REG",
        opcode: 0x0a,
        data: Uint8Array.of(0, 0x10, 0, 0x40),
        waitsForReply: true,
        timeoutMs: 3000,
      },
      { type: "trace", what: "write", bytes: Uint8Array.of(0xc0, 0xc0) },
      { type: "trace", what: "read", bytes: new TextEncoder().encode("0123456789abcdefgh") },
      { type: "trace", what: "frame", bytes: new TextEncoder().encode("OHAI") },
      { type: "trace", what: "invalid", bytes: Uint8Array.of(0xff) },
      { type: "trace", what: "remaining", bytes: Uint8Array.of(1, 2) },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "Connecting...

        TRACE +0.000   --- Cmd READ_REG (0x0a) | data_len 4 | wait_response 1 | timeout 3.000 | data 00100040 ---
        TRACE +0.005   Write 2 bytes:       c0c0
        TRACE +0.005   Read 18 bytes:       
          3031323334353637 3839616263646566 | 0123456789abcdef
          6768                              | gh
        TRACE +0.005   Received full packet: 4f484149
        TRACE +0.005   Read invalid data: ff
        TRACE +0.005   Remaining data in serial buffer: 0102
      "
    `);
  });

  it("have markers for the rest", () => {
    const text = rendered([
      { type: "stub.already-running" },
      ...Array.from({ length: 12 }, (_, index) => ({
        type: "connect.retrying" as const,
        attempt: index + 1,
        code: "port.missing" as const,
        message: "There is no port COM9.",
      })),
      { type: "flash.attaching", pins: "default" },
      { type: "flash.attaching", pins: "HSPI" },
      { type: "write.erasing", estimatedMs: 45 },
      { type: "write.erased", elapsedMs: 1234 },
      { type: "write.skipped", file: "a.bin", address: 0x7998, sizeBytes: 1 },
      { type: "write.resumed", address: 0x8000, goodBytes: 4096, reason: "timeout." },
      { type: "verify.impossible", reason: "because." },
      { type: "erase.started", what: "region", address: 0, sizeBytes: 4096, estimatedMs: 45 },
      { type: "erase.done", what: "region", elapsedMs: 50 },
      { type: "read.done", address: 0, sizeBytes: 1, elapsedMs: 1 },
      {
        type: "connect.failed",
        diagnosis: { code: "connect.silence", port: "p", heard: [], tried: [], likely: "", advice: [], remedies: [] },
      },
    ]);
    expect(text).toMatchInlineSnapshot(`
      "Stub flasher is already running. No upload is necessary.
      There is no port COM9.
      Retrying failed connection..
      Enabling default SPI flash mode...
      Configuring SPI NOR flash mode (HSPI)...
      Erasing flash...
      Took 1.23s to erase flash block.
      'a.bin' at 0x00007998 already in flash, skipping write.
      Resuming at 0x00008000 after 4096 bytes that are in flash already: timeout.
      Cannot verify written data: because.
      Erasing flash memory region (this may take a while)...
      Flash memory region erased successfully in 0.1 seconds.
      "
    `);
  });
});
