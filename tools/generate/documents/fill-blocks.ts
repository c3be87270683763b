const BLOCK = /<!-- made:([a-z0-9-]+) -->\n[\s\S]*?<!-- \/made -->/g;

/**
 * A page with its tables as they are now: what stands between `<!-- made:NAME -->` and `<!-- /made -->` is made, the rest is
 * written by hand. Throws for a name that nobody makes.
 */
export function fillBlocks(page: string, blocks: ReadonlyMap<string, string>): string {
  return page.replace(BLOCK, (_found, name: string) => {
    const made = blocks.get(name);
    if (made === undefined) throw new Error(`There is no block named '${name}'.`);
    return `<!-- made:${name} -->\n\n${made}\n\n<!-- /made -->`;
  });
}

/** The names of the blocks on a page. */
export function blocksOn(page: string): readonly string[] {
  return [...page.matchAll(BLOCK)].map(([, name = ""]) => name);
}
