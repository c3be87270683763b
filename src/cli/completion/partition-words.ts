import { isNamedPair } from "../line/value/read-pairs.ts";
import type { Candidate } from "../programs/offered-words.ts";
import type { ArgumentSpec } from "../spec/types.ts";

/** Names of partitions that may stand for an argument, or for a part of it, and whether a file may stand there. */
export interface PartitionWords {
  readonly candidates: readonly Candidate[];
  /** The part of the word that is a file, where a name stands before it. */
  readonly file: string | null;
}

export interface NamedPlace {
  readonly specs: readonly ArgumentSpec[];
  /** The arguments before. */
  readonly words: readonly string[];
  readonly current: string;
}

/** Null where no name may stand; `partitions` is asked for only where one may. */
export async function partitionWords(
  { specs, words, current }: NamedPlace,
  partitions: () => Promise<readonly Candidate[]>,
): Promise<PartitionWords | null> {
  const [first] = specs;
  if (first?.byName === true && first.kind === "pairs") {
    if (awaitsFile(words)) return { candidates: [], file: current };
    if (isNamedPair(current)) return { candidates: [], file: current.slice(current.indexOf("=") + 1) };
    return { candidates: (await partitions()).flatMap(bothForms), file: null };
  }
  if (first?.byName === true && words.length === 0)
    return { candidates: (await partitions()).map(reference), file: null };
  if (specs[words.length]?.orPartition !== true) return null;
  return { candidates: (await partitions()).map(reference), file: current };
}

/** The word before is an address or `@NAME`, without its file. */
function awaitsFile(words: readonly string[]): boolean {
  return words.reduce((awaits, word) => !awaits && !isNamedPair(word), false);
}

function reference({ value, description }: Candidate): Candidate {
  return { value: `@${value}`, description };
}

function bothForms(partition: Candidate): Candidate[] {
  return [reference(partition), { ...partition, value: `${partition.value}=` }];
}
