import { existsSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { describe, expect, it } from "vitest";
import { allPages, type Page, ROOT } from "../support/docs/pages.ts";

const manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { readonly files: readonly string[] };
const pages = allPages();
const texts = new Map(pages.map(({ path, text }) => [path, text]));

interface Link {
  readonly page: string;
  readonly target: string;
}

/** Of prose only: what stands in code is no link. */
function linksOf({ path, text }: Page): readonly Link[] {
  const prose = text.replaceAll(/^( *)```[\s\S]*?^ *```$/gm, "").replaceAll(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => ({ page: path, target }));
}

/** As the hosts of such pages make them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{Letter}\p{Number}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function problemOf({ page, target }: Link): string | null {
  if (/^https:\/\//.test(target)) return null;
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? page : posix.normalize(posix.join(posix.dirname(page), file));
  if (!existsSync(`${ROOT}${path}`)) return "is not there";
  const isPacked = path === "README.md" || manifest.files.some((each) => path === each || path.startsWith(`${each}/`));
  if (!isPacked) return "is not in the package";
  if (anchor === undefined) return statSync(`${ROOT}${path}`).isFile() ? null : "is a folder";
  return anchorsOf(texts.get(path) ?? "").includes(anchor) ? null : `has no heading '${anchor}'`;
}

describe("the links of README, docs and examples", () => {
  const links = pages.flatMap(linksOf);

  it("lead to files that are in the package, and to headings that are there", () => {
    const dead = links.flatMap((link) => {
      const problem = problemOf(link);
      return problem === null ? [] : [`${link.page}: ${link.target} ${problem}`];
    });
    expect(dead).toEqual([]);
    expect(links.length).toBeGreaterThan(150);
  });

  it("would be missed", () => {
    expect(problemOf({ page: "docs/README.md", target: "guides/none.md" })).toBe("is not there");
    expect(problemOf({ page: "docs/README.md", target: "../ARCHITECTURE.md" })).toBe("is not in the package");
    expect(problemOf({ page: "docs/README.md", target: "guides/ports.md#none" })).toContain("no heading");
  });

  /** Commands that no list names, by intent, have a page nevertheless. */
  const isUnlisted = (path: string): boolean => path.startsWith("docs/cli/");

  it("lead from README to every page", () => {
    const reached = new Set<string>();
    const follow = (path: string): void => {
      if (reached.has(path)) return;
      reached.add(path);
      for (const { target } of linksOf({ path, text: texts.get(path) ?? "" })) {
        const file = target.split("#")[0] ?? "";
        if (file !== "" && !/^https:/.test(target)) follow(posix.normalize(posix.join(posix.dirname(path), file)));
      }
    };
    follow("README.md");
    expect(
      [...texts.keys()].filter((path) => path.startsWith("docs/") && !isUnlisted(path) && !reached.has(path)),
    ).toEqual([]);
  });
});
