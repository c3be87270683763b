import { describe, expect, it } from "vitest";
import { screenOf } from "../../../../test/support/screen.ts";
import type { EspEvent, EventBody } from "../../../index.ts";
import { styleOf } from "../style.ts";
import { Terminal } from "../terminal.ts";
import { createRenderer } from "./render.ts";

/** A terminal that is drawn over. */
function terminalOf(columns: number, env: Readonly<Record<string, string>> = { NO_COLOR: "1" }) {
  let text = "";
  const stream = {
    write: (more: string): void => {
      text += more;
    },
    isTTY: true,
    columns,
  };
  const style = styleOf(stream, env);
  let time = 0;
  const terminal = new Terminal(stream, { rewrites: style.moves });
  const render = createRenderer({
    terminal,
    style,
    command: "write-flash",
    showProgress: true,
    now: () => (time += 500),
  });
  return {
    terminal,
    tell: (...bodies: EventBody[]) => {
      for (const body of bodies) render({ session: "s", ...body } as EspEvent);
    },
    screen: () => screenOf(text, columns),
  };
}

const IDENTITY: EventBody = {
  type: "connect.identity",
  port: "/dev/ttyUSB0",
  chip: "esp32c3",
  description: "ESP32-C3 (QFN32) (revision v0.4)",
  features: [],
  crystalMhz: 40,
  usbMode: null,
  mac: null,
  baseMac: null,
  macExtension: null,
  secureDownload: false,
};
const STARTED: EventBody = { type: "connect.started", port: "/dev/ttyUSB0" };
const WARNING: EventBody = {
  type: "warning",
  code: "flash.xmc",
  message: "This is odd, and it takes a while to say why.",
};
const CHIP: EventBody = { type: "connect.chip", chip: "esp32c3", name: "ESP32-C3", autoDetected: true };

describe("connecting on a terminal", () => {
  it("is one line that grows", () => {
    const { tell, screen } = terminalOf(100);
    const seen: string[] = [];
    const steps: EventBody[] = [
      STARTED,
      { type: "connect.sync-failed", attempt: 1 },
      { type: "connect.sync-failed", attempt: 1 },
      { type: "connect.sync-failed", attempt: 1 },
      CHIP,
      IDENTITY,
      { type: "stub.uploading", name: "x", sizeBytes: 1 },
      { type: "stub.starting" },
      { type: "stub.running" },
      { type: "baud.changing", baudRate: 921600 },
      { type: "baud.changed", baudRate: 921600 },
    ];
    for (const step of steps) {
      tell(step);
      seen.push(screen().text.replace("Connecting to /dev/ttyUSB0 \u2026", "").trim());
    }
    expect([...new Set(seen)]).toEqual([
      "",
      "no answer yet",
      "ESP32-C3",
      "ESP32-C3 (revision v0.4)",
      "ESP32-C3 (revision v0.4), starting stub",
      "ESP32-C3 (revision v0.4), stub running",
      "ESP32-C3 (revision v0.4), stub running, 921600 baud",
    ]);
    expect(screen().overflows).toBe(0);
  });

  it("stays below what there is to warn of, is cut while it grows, and whole when it is done", () => {
    const { tell, terminal, screen } = terminalOf(40);
    tell(STARTED, CHIP, WARNING);
    expect(screen().rows.at(-1)).toBe("Connecting to /dev/ttyUSB0 \u2026 ESP32-C3");
    tell(IDENTITY, { type: "stub.already-running" });
    expect(screen().text).toBe(
      "Warning: This is odd, and it takes a\n  while to say why.\nConnecting to /dev/ttyUSB0 \u2026 ESP32-C3 \u2026",
    );
    terminal.line("next");
    expect(screen().text).toBe(
      "Warning: This is odd, and it takes a\n  while to say why.\n" +
        "Connecting to /dev/ttyUSB0 \u2026 ESP32-C3\n  (revision v0.4), stub running\nnext\n",
    );
  });

  it("says that it failed, and that it is tried again", () => {
    const { tell, screen } = terminalOf(80);
    tell({ type: "connect.retrying", attempt: 1, code: "port.missing", message: "There is no port COM9." });
    tell({ type: "connect.retrying", attempt: 2, code: "port.missing", message: "There is no port COM9." });
    expect(screen().text).toBe("There is no port COM9.\nTrying again \u2026 attempt 2");
    const diagnosis = {
      code: "connect.silence",
      port: "p",
      heard: [],
      tried: [],
      likely: "",
      advice: [],
      remedies: [],
    } as const;
    tell(STARTED, { type: "connect.failed", diagnosis });
    expect(screen().text).toBe("There is no port COM9.\nConnecting to /dev/ttyUSB0 \u2026 failed\n");
  });

  it("is in ASCII where the terminal is", () => {
    const { tell, screen } = terminalOf(80, { LANG: "C" });
    tell(STARTED);
    expect(screen().text).toBe("Connecting to /dev/ttyUSB0 ...");
  });
});

describe("writing several files on a terminal", () => {
  const file = (index: number): EventBody => ({
    type: "write.file",
    file: `${index}.bin`,
    address: 0,
    sizeBytes: 100,
    index,
    count: 2,
  });
  const progress = (index: number, done: number): EventBody => ({
    type: "progress",
    phase: "write",
    done,
    total: 100,
    address: done,
    file: `${index}.bin`,
    fileIndex: index,
    fileCount: 2,
    overallDone: 100 * index + done,
    overallTotal: 200,
    bytesPerSecond: null,
  });

  it("has a bar for the file and one for all, below what there is to warn of", () => {
    const { tell, screen } = terminalOf(60);
    tell(
      file(0),
      { type: "write.erases", start: 0, end: 4095 },
      progress(0, 0),
      progress(0, 50),
      WARNING,
      progress(0, 50),
    );
    expect(screen().rows.slice(-3)).toEqual([
      "Warning: This is odd, and it takes a while to say why.",
      "0.bin                [======>        ]  50.0%     0:01 left",
      "All files            [==>            ]  25.0% file 1 of 2",
    ]);
    tell(progress(0, 100));
    tell({ type: "write.done", file: "0.bin", address: 0, sizeBytes: 100, compressedBytes: null, elapsedMs: 0 });
    tell(file(1), { type: "write.erases", start: 0, end: 4095 }, progress(1, 50));
    expect(screen().text).toContain(
      "Warning: This is odd, and it takes a while to say why.\nWrote 100 bytes at 0x00000000",
    );
    expect(screen().rows.at(-1)).toMatch(/^All files {12}\[.*\] {2}75\.0% file 2 of 2/);
    expect(screen().overflows).toBe(0);
  });
});
