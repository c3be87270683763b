import { exitCodeOf, WOULD_CHANGE } from "../../../src/cli/exit-codes.ts";
import { chipById } from "../../../src/core/chip/catalog.ts";
import { ERROR_CODES } from "../../../src/core/errors.ts";
import { findPanic, noiseText } from "../../../src/core/link/noise.ts";
import { diagnose } from "../../../src/core/session/diagnose/diagnose.ts";
import type { ConnectEvidence } from "../../../src/core/session/diagnose/diagnosis.ts";
import { code, table } from "./markdown.ts";

const SILENT: ConnectEvidence = {
  port: "/dev/ttyUSB0",
  baudRate: 115200,
  resets: [],
  syncs: 20,
  noise: new Uint8Array(0),
  noiseTotal: 0,
  text: "",
  panic: null,
  linesUnsupported: false,
  resetSuppressed: false,
  losses: 0,
  chip: chipById("esp32c3"),
};

const heard = (words: string): Pick<ConnectEvidence, "noise" | "noiseTotal" | "text" | "panic"> => {
  const noise = new TextEncoder().encode(words);
  const text = noiseText(noise);
  return { noise, noiseTotal: noise.length, text, panic: findPanic(text) };
};

const GARBAGE = Uint8Array.from({ length: 64 }, (_, index) => 0x80 + index);

/** One example of the evidence for each verdict, on a board with an ESP32-C3. */
const EXAMPLES: readonly ConnectEvidence[] = [
  SILENT,
  { ...SILENT, linesUnsupported: true },
  { ...SILENT, ...heard("ESP-ROM:esp32c3-api1-20210207\r\nrst:0x1 (POWERON),boot:0xc (SPI_FAST_FLASH_BOOT)\r\n") },
  { ...SILENT, ...heard("rst:0x1 (POWERON),boot:0x4 (DOWNLOAD(USB/UART0/1))\r\nwaiting for download\r\n") },
  { ...SILENT, ...heard("I (1234) app: temperature 21.5\r\n") },
  { ...SILENT, ...heard("Guru Meditation Error: Core  0 panic'ed (LoadProhibited)\r\n") },
  { ...SILENT, noise: GARBAGE, noiseTotal: 640, text: noiseText(GARBAGE) },
  { ...SILENT, noise: Uint8Array.of(0xc0, 0x00, 0x08, 0x24, 0x00, 0, 0, 0, 0, 7, 7, 0x12, 0x20), noiseTotal: 13 },
  { ...SILENT, losses: 3 },
  { ...SILENT, network: "tcp", linesUnsupported: true },
  { ...SILENT, network: "rfc2217" },
  { ...SILENT, network: "tcp", losses: 2 },
];

export function diagnosisBlocks(): Readonly<Record<string, string>> {
  return {
    "connect-diagnoses": EXAMPLES.map(diagnosis).join("\n\n"),
    "exit-codes": table(
      ["exit code", "meaning", "error codes"],
      [
        ["0", "done", ""],
        ["1", "the line to the chip failed, or a defect of this program", codesWith(1)],
        ["2", "anything else: see `code` of the error", "all others"],
        [
          String(WOULD_CHANGE),
          "done: something would change (`write-flash --dry-run`, `flash --dry-run` with a port)",
          "",
        ],
        ["130", "stopped by Ctrl-C", codesWith(130)],
      ],
    ),
  };
}

function diagnosis(evidence: ConnectEvidence): string {
  const { code: errorCode, heard: observations, likely, advice } = diagnose(evidence);
  return [
    `**Heard: ${observations.map((each) => each.replace(/\.$/, "")).join("; ")}** (\`${errorCode}\`)`,
    "",
    likely,
    "",
    ...advice.map((step) => `- ${step}`),
  ].join("\n");
}

function codesWith(exitCode: number): string {
  return ERROR_CODES.filter((each) => exitCodeOf({ code: each }) === exitCode)
    .map(code)
    .join(", ");
}
