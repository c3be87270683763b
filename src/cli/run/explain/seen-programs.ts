import type { HostMemory } from "../../../index.ts";

/** An ELF file that was used. */
export interface SeenProgram {
  /** Absolute. */
  readonly path: string;
  /** Of the whole file, in hexadecimal digits. */
  readonly elfSha256: string;
}

const TOPIC = "elf";
const KEY = "seen";
/** Builds that one goes back to; the oldest are forgotten. */
const MOST_PROGRAMS = 64;
const MOST_LETTERS = 1024;

/** The ELF files of earlier runs, the latest first. What is damaged is as good as not there. */
export async function seenPrograms(memory: HostMemory): Promise<readonly SeenProgram[]> {
  const bytes = await memory.recall(TOPIC, KEY);
  if (bytes === undefined) return [];
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(list) ? list.filter(isSeen).slice(0, MOST_PROGRAMS) : [];
  } catch {
    return [];
  }
}

/** Only paths and digests are kept, no files. */
export async function keepSeen(memory: HostMemory, program: SeenProgram): Promise<void> {
  if (!isSeen(program)) return;
  const before = await seenPrograms(memory);
  if (before[0]?.path === program.path && before[0].elfSha256 === program.elfSha256) return;
  // A path is built again and again; what it was before is not there any more.
  const list = [program, ...before.filter(({ path }) => path !== program.path)].slice(0, MOST_PROGRAMS);
  await memory.keep(TOPIC, KEY, new TextEncoder().encode(JSON.stringify(list)));
}

function isSeen(value: unknown): value is SeenProgram {
  if (typeof value !== "object" || value === null) return false;
  const { path, elfSha256 } = value as Readonly<Record<string, unknown>>;
  return (
    typeof path === "string" &&
    path !== "" &&
    path.length <= MOST_LETTERS &&
    typeof elfSha256 === "string" &&
    /^[0-9a-f]{64}$/.test(elfSha256)
  );
}
