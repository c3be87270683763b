// `npm run site`: the page alone, in dist/site.
import { buildSite } from "./build/build-site.mjs";

await buildSite();
