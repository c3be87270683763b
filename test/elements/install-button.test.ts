import { afterAll, beforeAll, describe } from "vitest";
// @ts-expect-error A tool without types.
import { buildButton } from "../../tools/build/build-button.mjs";
import { tellSkipped } from "../support/skipping.ts";
import { NOT_THOROUGH, THOROUGH_BROWSER } from "../support/web/browser.ts";
import { type Site, startSite } from "../support/web/site.ts";
import { installCases } from "./cases/install-cases.ts";
import { mannersCases } from "./cases/manners-cases.ts";
import { pictureCases } from "./cases/picture-cases.ts";
import { refusalCases } from "./cases/refusal-cases.ts";
import { stopCases } from "./cases/stop-cases.ts";

if (THOROUGH_BROWSER === undefined) tellSkipped(NOT_THOROUGH);

/** One browser, a page for each case; the pages do not disturb each other. */
describe.skipIf(THOROUGH_BROWSER === undefined).concurrent("the install button in a browser", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite((folder) => (buildButton as (folder: string) => Promise<unknown>)(`${folder}/button`));
  });
  afterAll(async () => {
    await site.close();
  });
  const there = (): Site => site;
  installCases(there);
  refusalCases(there);
  stopCases(there);
  mannersCases(there);
  pictureCases(there);
});
