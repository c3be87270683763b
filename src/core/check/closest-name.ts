/** Names a person may have meant. */

/** The name that is most like the one typed, or null where none is near. Capitals do not count. */
export function closestName(typed: string, names: readonly string[]): string | null {
  const wanted = typed.toUpperCase();
  let best: { readonly name: string; readonly likeness: number } | null = null;
  for (const name of names) {
    const likeness = alike(wanted, name.toUpperCase());
    if (likeness >= 0.5 && likeness > (best?.likeness ?? 0)) best = { name, likeness };
  }
  return best?.name ?? null;
}

/** Shared pairs of neighbouring letters, from 0 (none) to 1 (the same): names of eFuses differ in order and endings. */
function alike(left: string, right: string): number {
  if (left === right) return 1;
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
