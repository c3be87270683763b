import { loadPart } from "../../load-part.ts";
import type { LineRate } from "../session.ts";

export type Search = typeof import("./rate-search.ts");

/** Of the sessions whose rate was raised: what lowers it again is at hand then, whatever has become of the page. */
const SEARCHES = new WeakMap<LineRate, Search>();

/** Throws `package.part-missing`. */
export async function loadSearch(rate: LineRate): Promise<Search> {
  const search = await loadPart("the search for the best rate", () => import("./rate-search.ts"));
  SEARCHES.set(rate, search);
  return search;
}

/** Undefined where no rate was searched. */
export function searchOf(rate: LineRate): Search | undefined {
  return SEARCHES.get(rate);
}
