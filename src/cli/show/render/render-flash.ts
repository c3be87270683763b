import type { EspEvent, VerifyDifferences } from "../../../index.ts";
import { hex32, rate, seconds } from "../numbers.ts";
import { progressBar, TenthsFilter } from "../progress-bar.ts";
import { type AllFiles, ProgressDisplay } from "../screen/progress-display.ts";
import { ellipsis } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { differenceLines } from "./difference-lines.ts";
import type { Handles, RenderContext } from "./render-types.ts";

type WriteEvents =
  | "write.file"
  | "write.erases"
  | "write.compressed"
  | "write.erasing"
  | "write.erased"
  | "write.changes"
  | "write.region"
  | "write.unchanged"
  | "write.skipped"
  | "write.resumed"
  | "write.done";

type FlashEvents =
  | WriteEvents
  | "flash.attaching"
  | "flash.configuring"
  | "flash.size-detected"
  | "flash.parameters-patched"
  | "flash.digest-updated"
  | "verify.started"
  | "verify.matched"
  | "verify.mismatched"
  | "verify.impossible"
  | "erase.started"
  | "erase.done"
  | "read.done"
  | "progress";

/** What flash is erased by. */
const SECTOR_BYTES = 4096;

/** Everything that is done to the flash. */
export function renderFlash(context: RenderContext): Handles<FlashEvents> {
  const files: FilesUnderWay = { index: 0, count: 1 };
  return {
    ...renderSetup(context),
    ...renderWrite(context, files),
    ...renderCheck(context),
    ...renderWork(context, files),
  };
}

/** Which file of how many is being written. */
interface FilesUnderWay {
  index: number;
  count: number;
}

/** Commands that find out the size to know where the flash ends, and have their own words for it (fact sheet 1.7). */
const TELLS_END: ReadonlySet<string> = new Set(["erase-region", "read-flash"]);

function renderSetup({
  terminal,
  command,
}: RenderContext): Handles<
  "flash.attaching" | "flash.configuring" | "flash.size-detected" | "flash.parameters-patched" | "flash.digest-updated"
> {
  return {
    "flash.attaching": ({ pins }) =>
      terminal.line(
        pins === "default" ? "Enabling default SPI flash mode..." : `Configuring SPI NOR flash mode (${pins})...`,
      ),
    "flash.configuring": () => {
      terminal.blank();
      terminal.line("Configuring flash size...");
    },
    "flash.size-detected": ({ name }) =>
      terminal.line(`${TELLS_END.has(command) ? "Detected" : "Auto-detected"} flash size: ${name}`),
    "flash.parameters-patched": ({ mode, sizeFrequency }) =>
      terminal.line(`Flash parameters set to 0x${((mode << 8) | sizeFrequency).toString(16).padStart(4, "0")}.`),
    "flash.digest-updated": () => terminal.line("SHA digest in image updated."),
  };
}

function renderWrite({ terminal }: RenderContext, files: FilesUnderWay): Handles<WriteEvents> {
  let inStage = false;
  const begin = (): void => {
    if (!inStage) terminal.beginStage();
    inStage = true;
  };
  const end = (): void => {
    if (inStage) terminal.endStage();
    inStage = false;
  };
  return {
    "write.file": ({ file, address, index, count }) => {
      Object.assign(files, { index, count });
      if (count <= 1) return;
      terminal.blank();
      terminal.line(`Writing '${file}' at ${hex32(address)}...`);
    },
    "write.erases": ({ start, end: last }) => {
      begin();
      terminal.line(`Flash will be erased from ${hex32(start)} to ${hex32(last)}...`);
    },
    "write.compressed": ({ sizeBytes, compressedBytes }) => {
      begin();
      terminal.line(`Compressed ${sizeBytes} bytes to ${compressedBytes}...`);
    },
    "write.erasing": () => {
      begin();
      terminal.line("Erasing flash...");
    },
    "write.erased": ({ elapsedMs }) => terminal.line(`Took ${(elapsedMs / 1000).toFixed(2)}s to erase flash block.`),
    "write.changes": () => terminal.line("Changed data sectors found, fast reflashing..."),
    "write.region": ({ address, sizeBytes }) => {
      const sectors = sizeBytes / SECTOR_BYTES;
      terminal.line(`Reflashing ${sectors} changed sector${sectors === 1 ? "" : "s"} at 0x${address.toString(16)}...`);
    },
    "write.unchanged": ({ file, address, proof }) =>
      terminal.line(
        proof === "md5"
          ? `'${file}' at ${hex32(address)} verified.`
          : "No changed sectors found and trust flash content mode is enabled, skipping write and verification.",
      ),
    "write.skipped": ({ file, address }) => {
      end();
      terminal.line(`'${file}' at ${hex32(address)} already in flash, skipping write.`);
    },
    "write.resumed": ({ address, goodBytes, reason }) =>
      terminal.keep(`Resuming at ${hex32(address)} after ${goodBytes} bytes that are in flash already: ${reason}`),
    "write.done": ({ address, sizeBytes, compressedBytes, elapsedMs }) => {
      end();
      const compressed = compressedBytes === null ? "" : ` (${compressedBytes} compressed)`;
      terminal.line(
        `Wrote ${sizeBytes} bytes${compressed} at ${hex32(address)} in ${seconds(elapsedMs)}${rate(sizeBytes, elapsedMs)}.`,
      );
    },
  };
}

function renderCheck({
  terminal,
  command,
}: RenderContext): Handles<"verify.started" | "verify.matched" | "verify.mismatched" | "verify.impossible"> {
  return {
    "verify.started": ({ file, address, sizeBytes }) => {
      terminal.beginStage();
      terminal.line(
        command === "verify-flash"
          ? `Verifying 0x${sizeBytes.toString(16)} (${sizeBytes}) bytes at ${hex32(address)} in flash against '${file}'...`
          : "Verifying written data...",
      );
    },
    "verify.matched": ({ after }) => {
      terminal.endStage();
      terminal.line(matchedSentence(after, command));
    },
    "verify.mismatched": ({ differences }) => {
      terminal.endStage();
      if (differences === null) terminal.line("Verification failed (digest mismatch).");
      else renderDifferences(terminal, differences);
    },
    "verify.impossible": ({ reason }) => {
      terminal.endStage();
      terminal.line(`Cannot verify written data: ${reason}`);
    },
  };
}

function matchedSentence(after: "write" | "verify" | "read-back", command: string): string {
  if (after === "verify") return "Verification successful (digest matched).";
  if (after === "write") return "Hash of data verified.";
  return command === "verify-flash" ? "Verification successful." : "Written data read back, it matches.";
}

function renderDifferences(terminal: Terminal, differences: VerifyDifferences): void {
  const { count, firstAddress, runs } = differences;
  const end = runs.length === 0 ? "." : ":";
  terminal.line(
    `Verification failed: ${count} difference${count === 1 ? "" : "s"}, first at ${hex32(firstAddress)}${end}`,
  );
  if (runs.length === 0) return;
  for (const line of differenceLines(differences)) terminal.line(line);
}

const PROGRESS_VERBS = {
  write: "Writing at",
  read: "Reading from",
  verify: "Comparing at",
  upload: "Loading to",
} as const;

/** Files count alike: how large those are that have not begun is not known. */
function allFiles(
  { phase, done, total, file = "" }: Extract<EspEvent, { type: "progress" }>,
  { index, count }: FilesUnderWay,
): AllFiles | null {
  if (phase !== "write" || count <= 1) return null;
  return { name: file, index, count, share: (index + (total > 0 ? done / total : 1)) / count };
}

function renderWork(
  { terminal, style, showProgress, now }: RenderContext,
  files: FilesUnderWay,
): Handles<"erase.started" | "erase.done" | "read.done" | "progress"> {
  const tenths = new TenthsFilter();
  const display = new ProgressDisplay(ellipsis(style));
  return {
    "erase.started": ({ what }) => {
      terminal.beginStage();
      terminal.line(`Erasing flash ${what === "chip" ? "memory" : "memory region"} (this may take a while)...`);
    },
    "erase.done": ({ what, elapsedMs }) => {
      terminal.endStage();
      terminal.line(`Flash memory ${what === "chip" ? "" : "region "}erased successfully in ${seconds(elapsedMs)}.`);
    },
    // The command says so itself when the file is written.
    "read.done": () => terminal.endStage(),
    progress: (event) => {
      if (!showProgress) return;
      const { phase, done, total, address } = event;
      const where = `${PROGRESS_VERBS[phase]}${address === undefined ? "" : ` ${hex32(address)}`}`;
      const { columns } = terminal;
      if (terminal.rewrites && columns !== undefined) {
        const report = { done, total, where, of: `${phase} ${event.file ?? ""}`, all: allFiles(event, files) };
        terminal.draw(display.lines(report, columns, now()));
        if (done >= total) terminal.endLine();
      } else if (tenths.passes(done, total)) {
        terminal.line(
          progressBar({ done, total, prefix: `${where} `, suffix: ` ${done}/${total} bytes...` }).trimEnd(),
        );
      }
    },
  };
}
