import type { EspEvent, VerifyDifferences } from "../../../index.ts";
import { hex32, rate, seconds } from "../numbers.ts";
import { progressBar, TenthsFilter } from "../progress-bar.ts";
import { type AllFiles, ProgressDisplay } from "../screen/progress-display.ts";
import { ellipsis } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { differenceLines } from "./difference-lines.ts";
import { libraryLines } from "./render-lines.ts";
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
  | "write.compared"
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
  | "read.slower"
  | "read.skipped"
  | "read.resumed"
  | "read.restarted"
  | "read.done"
  | "progress";

/** Everything that is done to the flash. */
export function renderFlash(context: RenderContext): Handles<FlashEvents> {
  return { ...renderSetup(context), ...renderWrite(context), ...renderCheck(context), ...renderWork(context) };
}

/** Commands that find out the size to know where the flash ends, and have their own words for it (fact sheet 1.7). */
const TELLS_END: ReadonlySet<string> = new Set(["erase-region", "read-flash"]);

function renderSetup(
  context: RenderContext,
): Handles<
  "flash.attaching" | "flash.configuring" | "flash.size-detected" | "flash.parameters-patched" | "flash.digest-updated"
> {
  const { terminal, command } = context;
  const { line } = libraryLines(context);
  return {
    "flash.attaching": line,
    "flash.configuring": (event) => {
      terminal.blank();
      line(event);
    },
    "flash.size-detected": (event) => {
      if (TELLS_END.has(command)) terminal.line(`Detected flash size: ${event.name}`);
      else line(event);
    },
    "flash.parameters-patched": line,
    "flash.digest-updated": line,
  };
}

function renderWrite(context: RenderContext): Handles<WriteEvents> {
  const { terminal } = context;
  const { line, keep } = libraryLines(context);
  let inStage = false;
  const inOwnStage = (event: EspEvent): void => {
    if (!inStage) terminal.beginStage();
    inStage = true;
    line(event);
  };
  const end = (): void => {
    if (inStage) terminal.endStage();
    inStage = false;
  };
  return {
    "write.file": (event) => {
      if (event.count <= 1) return;
      terminal.blank();
      line(event);
    },
    "write.erases": inOwnStage,
    "write.compressed": inOwnStage,
    "write.erasing": inOwnStage,
    "write.erased": line,
    "write.changes": line,
    "write.region": line,
    "write.unchanged": line,
    "write.skipped": (event) => {
      end();
      line(event);
    },
    "write.compared": line,
    "write.resumed": keep,
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
  erase: "Erasing at",
} as const;

/** All files of a write, where there are several. */
function allFiles(event: Extract<EspEvent, { type: "progress" }>): AllFiles | null {
  const { phase, file = "", fileIndex: index, fileCount: count, overallDone, overallTotal } = event;
  if (phase !== "write" || count <= 1) return null;
  return { name: file, index, count, share: overallTotal > 0 ? overallDone / overallTotal : 1 };
}

function renderWork(
  context: RenderContext,
): Handles<
  | "erase.started"
  | "erase.done"
  | "read.slower"
  | "read.skipped"
  | "read.resumed"
  | "read.restarted"
  | "read.done"
  | "progress"
> {
  const { terminal, style, showProgress, now } = context;
  const { line, keep } = libraryLines(context);
  const tenths = new TenthsFilter();
  const display = new ProgressDisplay(ellipsis(style));
  return {
    "erase.started": (event) => {
      terminal.beginStage();
      line(event);
    },
    "erase.done": (event) => {
      terminal.endStage();
      line(event);
    },
    // The command tells the sums when the file is written.
    "read.slower": () => undefined,
    "read.skipped": (event) => {
      if (event.blankBytes + event.knownBytes > 0) line(event);
    },
    "read.resumed": keep,
    "read.restarted": keep,
    // The command says so itself when the file is written.
    "read.done": () => terminal.endStage(),
    progress: (event) => {
      if (!showProgress) return;
      const { phase, done, total, address } = event;
      const where = `${PROGRESS_VERBS[phase]}${address === undefined ? "" : ` ${hex32(address)}`}`;
      const { columns } = terminal;
      if (terminal.rewrites && columns !== undefined) {
        const report = { done, total, where, of: `${phase} ${event.file ?? ""}`, all: allFiles(event) };
        const lines = display.lines(report, columns, now());
        // What is done is told in a sentence; what is broken off stays, as evidence.
        terminal.draw({ subject: "progress", lines, settled: done >= total ? [] : lines });
        if (done >= total) terminal.endLine();
      } else if (tenths.passes(done, total)) {
        terminal.line(
          progressBar({ done, total, prefix: `${where} `, suffix: ` ${done}/${total} bytes...` }).trimEnd(),
        );
      }
    },
  };
}
