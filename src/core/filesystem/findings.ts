import type { FileSystemEntry, FileSystemProblem, FileSystemProblemCode } from "./file-system.ts";

/** An image of garbage has as many faults as bytes. */
const MOST_PROBLEMS = 500;
/** Files that share blocks could come to more than any memory. */
const CONTENT_LIMIT = 4;
/** What nests deeper than this was made by nobody. */
export const DEEPEST = 64;

/** What is found in one image while it is read. */
export interface Findings {
  readonly entries: FileSystemEntry[];
  readonly problems: FileSystemProblem[];
  /** Content that may still be handed out, in bytes. */
  contentLeft: number;
}

export function findingsIn(image: Uint8Array): Findings {
  return { entries: [], problems: [], contentLeft: CONTENT_LIMIT * image.length };
}

export interface Place {
  readonly offset?: number | null | undefined;
  readonly path?: string | null | undefined;
}

export function report(
  { problems }: Findings,
  code: FileSystemProblemCode,
  message: string,
  { offset = null, path = null }: Place = {},
): void {
  if (problems.length < MOST_PROBLEMS) problems.push({ code, message, offset, path });
  else if (problems.length === MOST_PROBLEMS)
    problems.push({
      code: "filesystem.too-much",
      message: "There is more wrong than is listed.",
      offset: null,
      path: null,
    });
}

/** Whether so many bytes may be handed out; they are counted then. */
export function takeContent(findings: Findings, sizeBytes: number, place: Place): boolean {
  if (sizeBytes > findings.contentLeft) {
    report(findings, "filesystem.too-much", "Files come to several times the size of the image.", place);
    return false;
  }
  findings.contentLeft -= sizeBytes;
  return true;
}

/** By path, and a path that is there twice told. */
export function sortedEntries(findings: Findings): readonly FileSystemEntry[] {
  const sorted = findings.entries.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  sorted.forEach(({ path }, index) => {
    if (path === sorted[index - 1]?.path)
      report(findings, "filesystem.repeated-name", `There are two of the name '${path}'.`, { path });
  });
  return sorted;
}
