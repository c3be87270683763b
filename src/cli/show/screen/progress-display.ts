import { type BarPart, barText, layoutBar } from "./progress-layout.ts";
import { cutToWidth, textWidth } from "./text-width.ts";
import { leftText, rateText, TransferRate } from "./transfer-rate.ts";

export interface ProgressReport {
  readonly done: number;
  readonly total: number;
  /** What is done and where: `Writing at 0x00010000`. */
  readonly where: string;
  /** Names the piece of work among others. */
  readonly of: string;
  /** All files of the work, where there are several. */
  readonly all: AllFiles | null;
}

export interface AllFiles {
  /** Of the file that is under way. */
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  /** How much of all is done, from 0 to 1. */
  readonly share: number;
}

/** Names of files are cut or filled to this, so that the bars of all files begin in one column. */
const NAME_COLUMNS = 20;
/** Enough for any flash, so that the bars of all files end in one column. */
const DIGITS = 8;

/** Bars for a terminal that draws over itself: one for the work, or one for the file and one for all files. */
export class ProgressDisplay {
  readonly #rate = new TransferRate();
  readonly #mark: string;

  /** `mark` stands for what is left out of a long name. */
  constructor(mark: string) {
    this.#mark = mark;
  }

  /** The lines to draw: each is less wide than the screen, and as wide as in the report before. */
  lines(report: ProgressReport, columns: number, nowMs: number): string[] {
    const { done, total, all } = report;
    const pace = this.#rate.pace(report.of, report, nowMs);
    const digits = all === null ? String(total).length : Math.max(DIGITS, String(total).length);
    const texts: Readonly<Record<BarPart, string>> = {
      where: `${all === null ? report.where : this.#name(all.name)} `,
      bytes: ` ${`${done}/${total}`.padStart(2 * digits + 1)} bytes`,
      rate: rateText(pace.rate),
      left: leftText(pace.leftMs),
    };
    const { parts, cells, roomBehind } = layoutBar(columns, {
      where: textWidth(texts.where),
      bytes: texts.bytes.length,
      rate: texts.rate.length,
      left: texts.left.length,
    });
    const shown = (part: BarPart): string => (parts.has(part) ? texts[part] : "");
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const line = `${shown("where")}${barText(share, cells)}${shown("bytes")}${shown("rate")}${shown("left")}`;
    if (all === null) return [line];
    const label = parts.has("where") ? `${this.#name("All files")} ` : "";
    const count = ` file ${all.index + 1} of ${all.count}`;
    const isCounted = count.length <= roomBehind;
    return [line, `${label}${barText(all.share, cells)}${isCounted ? count.padEnd(roomBehind) : ""}`];
  }

  #name(text: string): string {
    const cut = cutToWidth(text, NAME_COLUMNS, this.#mark);
    return cut + " ".repeat(NAME_COLUMNS - textWidth(cut));
  }
}
