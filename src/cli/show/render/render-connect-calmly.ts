import { cutToWidth } from "../screen/text-width.ts";
import { ellipsis } from "../style.ts";
import type { ConnectionEvents, Handles, RenderContext } from "./render-types.ts";

/** What is known so far; what is null is not. */
interface Connecting {
  readonly port: string;
  /** What there is instead of a chip. */
  readonly trouble: string | null;
  readonly chip: string | null;
  readonly stub: "starting stub" | "stub running" | null;
  readonly baudRate: number | null;
}

/** So many answers may be missing before it is worth a word: with some circuits the first always is. */
const CALM_FAILURES = 2;

/**
 * On a terminal connecting is one line that grows:
 * `Connecting to /dev/ttyUSB0 \u2026 ESP32-C3 (revision v0.4), stub running, 921600 baud`. The rest is told with --verbose.
 */
export function renderConnectCalmly({ terminal, style }: RenderContext): Handles<ConnectionEvents> {
  const dots = ellipsis(style);
  let now: Connecting = { port: "", trouble: null, chip: null, stub: null, baudRate: null };
  let failures = 0;
  const show = (more: Partial<Connecting>): void => {
    now = { ...now, ...more };
    const text = connectingText(now, dots);
    const { columns } = terminal;
    // It cannot be drawn over itself in two rows.
    const cut = columns === undefined ? text : cutToWidth(text, columns - 1, dots);
    terminal.draw({ subject: "connecting", lines: [cut], settled: [text] });
  };
  return {
    "connect.started": ({ port }) => {
      failures = 0;
      show({ port, trouble: null, chip: null, stub: null, baudRate: null });
    },
    "connect.reset": () => {},
    "connect.sync-failed": () => {
      failures += 1;
      if (failures > CALM_FAILURES) show({ trouble: "no answer yet" });
    },
    // The error that follows carries the diagnosis.
    "connect.failed": () => {
      show({ trouble: "failed" });
      terminal.abandonStage();
    },
    "connect.retrying": ({ attempt, message }) => {
      if (attempt === 1) terminal.line(message);
      const text = `Trying again ${dots} attempt ${attempt}`;
      terminal.draw({ subject: "connecting", lines: [text], settled: [text] });
    },
    "connect.chip": ({ name }) => show({ chip: name, trouble: null }),
    "connect.identity": ({ description }) => show({ chip: withoutPackage(description), trouble: null }),
    "stub.already-running": () => show({ stub: "stub running" }),
    "stub.uploading": () => show({ stub: "starting stub" }),
    "stub.starting": () => {},
    "stub.running": () => show({ stub: "stub running" }),
    "baud.tried": () => {},
    "baud.changing": () => {},
    "baud.changed": ({ baudRate }) => show({ baudRate }),
  };
}

function connectingText({ port, trouble, chip, stub, baudRate }: Connecting, dots: string): string {
  const facts = [trouble, chip, stub, baudRate === null ? null : `${baudRate} baud`].filter((fact) => fact !== null);
  return [`Connecting to ${port}`, dots, facts.join(", ")].join(" ").trimEnd();
}

/** `ESP32-C3 (QFN32) (revision v0.4)` without the package of the chip. */
function withoutPackage(description: string): string {
  return description.replace(/ \((?!revision)[^)]*\)/g, "");
}
