// What publint and are-the-types-wrong find fault with in the packed file.
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";

/**
 * That `require` gets an ES module is meant: every supported Node can (20.19 and later), and check-package tries it. With
 * CommonJS files besides there would be two classes of one error in a process.
 */
const MEANT = ["CJSResolvesToESM"];
/** TypeScript's way for Node 10, which knows no `exports`; the oldest Node that is supported is 20. */
const NOT_SUPPORTED = "node10";

/** Throws with all findings. */
export async function checkConventions({ packed, installed }) {
  const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
  const manifest = JSON.parse(readFileSync(`${installed}/package.json`, "utf8"));
  const found = messages.map((message) => `publint: ${formatMessage(message, manifest)}`);
  const analysed = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(packed))));
  if (analysed.types === false) throw new Error("are-the-types-wrong finds no types");
  const problems = analysed.problems.filter(
    ({ kind, resolutionKind }) => !MEANT.includes(kind) && resolutionKind !== NOT_SUPPORTED,
  );
  found.push(...problems.map((problem) => `are-the-types-wrong: ${JSON.stringify(problem)}`));
  if (found.length > 0) throw new Error(found.join("\n"));
  return Object.keys(analysed.entrypoints).length;
}
