import type { ConnectDiagnosis, EspError } from "../../index.ts";
import { isSerialFailure } from "../exit-codes.ts";
import { harmlessText } from "./harmless-text.ts";
import { markerSentence } from "./marker-sentence.ts";
import { remedyWords } from "./remedy-words.ts";
import { paint, type Style } from "./style.ts";
import { typedOption } from "./typed-options.ts";

/**
 * An error as a person reads it: what happened, what is known about it, its code, what to do, and what to type for that.
 * Ends with a newline.
 */
export function renderError(error: EspError, style: Style, debug: boolean): string {
  if (error.code === "operation.aborted") return `\n${harmlessText(error.message.replace(STOPPED, "Interrupted."))}\n`;
  const [head = "", ...more] = headLines(error);
  const lines = more.map((line) => `  ${line}`);
  const diagnosis = diagnosisOf(error);
  if (diagnosis !== null) lines.push(...diagnosisLines(diagnosis, error));
  lines.push(`  code: ${error.code}`);
  if (error.hint !== undefined && diagnosis === null) lines.push(`  hint: ${error.hint}`);
  const typed = remedyWords(error);
  if (typed !== null) lines.push(`  try:  ${typed}`);
  const option = typedOption(error.details);
  if (option !== null) lines.push(`  option: ${option}`);
  if (debug) lines.push("", ...stackLines(error));
  const rest = lines.map((line) => `${harmlessText(line)}\n`);
  return `\n${paint(harmlessText(head), "error", style)}\n${rest.join("")}`;
}

/** How such errors begin; what is done of the work may follow. */
const STOPPED = "The operation was stopped.";

/** Their markers have every word of the message. */
const SAID_BY_MARKER: ReadonlySet<string> = new Set(["flash.does-not-fit", "file.empty"]);

function headLines(error: EspError): string[] {
  if (isSerialFailure(error.code)) return [`A serial exception error occurred: ${error.message}`];
  const marker = markerSentence(error);
  if (marker === null) return [`A fatal error occurred: ${error.message}`];
  const saysAll = SAID_BY_MARKER.has(error.code) || marker.includes(error.message);
  return [`A fatal error occurred: ${marker}`, ...(saysAll ? [] : [error.message])];
}

function diagnosisOf(error: EspError): ConnectDiagnosis | null {
  const diagnosis = error.details["diagnosis"];
  const looksRight = typeof diagnosis === "object" && diagnosis !== null && "heard" in diagnosis;
  return looksRight ? (diagnosis as ConnectDiagnosis) : null;
}

function diagnosisLines({ heard, tried, likely, advice }: ConnectDiagnosis, error: EspError): string[] {
  return [
    ...section("heard", heard),
    ...section("tried", tried),
    // Usually it is what the first line says already.
    ...section("likely", error.message.includes(likely) ? [] : [likely]),
    ...section("do", advice),
  ];
}

function section(title: string, entries: readonly string[]): string[] {
  return entries.map((entry, index) => `  ${(index === 0 ? title : "").padEnd(8)}${entry}`);
}

function stackLines(error: unknown): string[] {
  const lines: string[] = [];
  for (let at: unknown = error; at instanceof Error && lines.length < 200; at = at.cause) {
    lines.push(...(at.stack ?? String(at)).split("\n"));
  }
  return lines;
}
