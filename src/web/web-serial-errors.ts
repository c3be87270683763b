import { EspError } from "../core/errors.ts";
import { loadWords } from "../core/load-part.ts";
import type { OpenCode } from "./open-words.ts";

function errorName(error: unknown): string {
  const name = (error as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : "";
}

/** The page has it open itself. */
const OURS = "InvalidStateError";

const CODES: Readonly<Record<string, OpenCode>> = {
  [OURS]: "port.busy",
  NotFoundError: "port.missing",
  NetworkError: "port.busy",
  SecurityError: "port.permission",
  NotAllowedError: "port.permission",
  TypeError: "port.baud-unsupported",
};

/**
 * Why a port did not open. `isConnected`: what the browser says of the device; undefined where it says nothing. A device that is
 * gone and one that another program has open fail alike, as NetworkError.
 */
export function openCode(cause: unknown, isConnected?: boolean): OpenCode {
  const name = errorName(cause);
  if (name === "NetworkError" && isConnected === false) return "port.missing";
  return (Object.hasOwn(CODES, name) ? CODES[name] : undefined) ?? "port.failed";
}

/** A port that did not open, as `openCode` has it. */
export async function openError(cause: unknown, isConnected?: boolean): Promise<EspError> {
  const code = openCode(cause, isConnected);
  const words = await loadWords(() => import("./open-words.ts"));
  const said = words?.openWords(code, { isOurs: errorName(cause) === OURS, isConnected });
  return new EspError(code, said?.message ?? "The serial port cannot be opened.", { hint: said?.hint, cause });
}

/** Line noise and overruns leave the port usable: the stream is replaced by a fresh one. */
export function isPassingReadError(error: unknown): boolean {
  return ["BufferOverrunError", "BreakError", "FramingError", "ParityError"].includes(errorName(error));
}
