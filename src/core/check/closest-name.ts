/** Names a person may have meant: one way of finding them for commands, options, choices, chips, eFuses and words. */

const MOST = 3;
/** From here on two words are like each other. */
const LIKE = 0.5;
/** What is that much less like than the best is not meant. */
const NEAR_BEST = 0.12;

/** The names that are most like the one typed, best first; none where none is near. Capitals do not count. */
export function closestNames(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toUpperCase();
  const found = [...new Set(names)]
    .map((name) => ({ name, likeness: likenessOf(wanted, name.toUpperCase()) }))
    .filter(({ likeness }) => likeness >= LIKE)
    .sort((left, right) => right.likeness - left.likeness);
  const best = found[0]?.likeness ?? 0;
  return found
    .filter(({ likeness }) => likeness >= best - NEAR_BEST)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** The name that is most like the one typed, or null where none is near. */
export function closestName(typed: string, names: readonly string[]): string | null {
  return closestNames(typed, names)[0] ?? null;
}

/** The question for a hint, or null where there is nothing to ask: `Did you mean erase-flash or erase-region?` */
export function didYouMean(typed: string, names: readonly string[]): string | null {
  const found = closestNames(typed, names);
  const last = found.pop();
  if (last === undefined) return null;
  return `Did you mean ${found.length === 0 ? last : `${found.join(", ")} or ${last}`}?`;
}

/** From 0 (nothing in common) to 1 (the same). */
function likenessOf(left: string, right: string): number {
  if (left === right) return 1;
  const longer = Math.max(left.length, right.length);
  return Math.max(alike(left, right), 1 - editDistance(left, right) / longer);
}

/** Shared pairs of neighbouring letters: names of eFuses and commands differ in order and endings. */
function alike(left: string, right: string): number {
  const pairs = pairsOf(left);
  const others = pairsOf(right);
  const total = pairs.length + others.length;
  if (total === 0) return 0;
  let shared = 0;
  for (const pair of pairs) {
    const at = others.indexOf(pair);
    if (at < 0) continue;
    others.splice(at, 1);
    shared++;
  }
  return (2 * shared) / total;
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, index) => text.slice(index, index + 2));
}

/** Slips of the finger that lead from one word to the other: a letter too many, too few, another, or two exchanged. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isExchanged = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      next.push(
        Math.min(
          (row[j - 1] ?? 0) + (isSame ? 0 : 1),
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          isExchanged ? (before[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
