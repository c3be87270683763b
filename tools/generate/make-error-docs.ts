// Writes docs/errors.md, from the codes, their meanings and the descriptions of the functions that throw them:
//   node tools/run-ts.mjs tools/generate/make-error-docs.ts
import { writeFileSync } from "node:fs";
import { errorPage } from "./error-table.ts";

writeFileSync("docs/errors.md", errorPage("."));
console.log("docs/errors.md written");
