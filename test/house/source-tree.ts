import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** `src/`, absolute. */
export const ROOT: string = fileURLToPath(new URL("../../src/", import.meta.url));

export interface Import {
  /** Both relative to `src/`; `target` is a package or `node:` module where it does not begin with a folder of ours. */
  readonly from: string;
  readonly target: string;
}

/** Every source file below a folder, tests and generated ones left out, relative to `src/`. */
export function sourceFiles(folder: string = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "generated" ? [] : sourceFiles(path);
    return path.endsWith(".ts") && !path.endsWith(".test.ts") ? [relative(ROOT, path)] : [];
  });
}

/** Imports of types and those that happen on demand included. */
export function importsOf(file: string): Import[] {
  return importsIn(file, readFileSync(join(ROOT, file), "utf8"));
}

export function importsIn(file: string, source: string): Import[] {
  const code = source.replace(/\/\*[\s\S]*?\*\//g, "");
  const found = code.matchAll(
    /(?:^|\s)(?:import|export)\s[^;]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gm,
  );
  return [...found].map((match) => {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    return {
      from: file,
      target: target.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(file), target)) : target,
    };
  });
}

/** The groups of files that import each other in a circle, each sorted. Depth first, after Tarjan. */
export function circlesAmong(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, target } of imports) next.set(from, [...(next.get(from) ?? []), target]);
  const seen = new Map<string, { readonly order: number; lowest: number }>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): { lowest: number } => {
    const own = { order: seen.size, lowest: seen.size };
    seen.set(file, own);
    path.push(file);
    for (const other of next.get(file) ?? []) {
      if (other === file) found.push([file]);
      const known = seen.get(other);
      if (known === undefined) own.lowest = Math.min(own.lowest, visit(other).lowest);
      else if (path.includes(other)) own.lowest = Math.min(own.lowest, known.order);
    }
    if (own.lowest === own.order) {
      const circle = path.splice(path.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return own;
  };
  for (const file of next.keys()) if (!seen.has(file)) visit(file);
  return found;
}
