import { splitShellWords } from "../../../src/cli/line/shell-words.ts";
import { codeBlocks, type Page } from "./pages.ts";

/** One command as a page shows it. */
export interface ShownCommand {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** The program, without `npx`. */
  readonly program: string;
  readonly words: readonly string[];
  /** Behind `#`. */
  readonly comment: string;
  readonly hasNpx: boolean;
}

/** The commands in the `sh` blocks of a page, one for each part of a pipe or a chain. */
export function shownCommands(page: Page): readonly ShownCommand[] {
  return codeBlocks(page, "sh").flatMap((block) =>
    block.text
      .replaceAll("\\\n", " ")
      .split("\n")
      .flatMap((text, index) => commandsOf(text, { page: block.page, line: block.line + index })),
  );
}

function commandsOf(text: string, place: Pick<ShownCommand, "page" | "line">): readonly ShownCommand[] {
  // A `#` within a word is none.
  const [, code = "", comment = ""] = /^(.*?)(?:(?:^|\s)#\s*(.*))?$/.exec(text) ?? [];
  return code
    .split(/ && | \|\| | \| |; /)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const all = splitShellWords(part);
      if (all === null) throw new Error(`${place.page}:${place.line} has an open quote: ${part}`);
      const redirected = all.findIndex((word) => /^\d?>/.test(word));
      const plain = redirected === -1 ? all : all.slice(0, redirected);
      const first = plain.findIndex((word) => !/^[A-Z_]+=/.test(word));
      const [head = "", ...rest] = plain.slice(first);
      const hasNpx = head === "npx";
      return {
        ...place,
        text: part.trim(),
        program: hasNpx ? (rest[0] ?? "") : head,
        words: hasNpx ? rest.slice(1) : rest,
        comment,
        hasNpx,
      };
    });
}
