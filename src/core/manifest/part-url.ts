import { checkText } from "../check/values.ts";
import { host } from "../host.ts";
import { invalid, TOP } from "./read-fields.ts";

/** What a file can be got from. */
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "blob:", "data:"]);

/** The address of a manifest, from the page that names it. Throws `manifest.invalid`. */
export function manifestUrl(manifest: string, page: string): string {
  return resolved(checkText(manifest, "manifest"), checkText(page, "page"), TOP);
}

/**
 * The address of a part: relative to the manifest as it was asked for, whose query it does not get; where the manifest has
 * no place of its own (`blob:`, `data:`), relative to the page. Throws `manifest.invalid` for an address that is none, or
 * that nothing can be got from, such as `javascript:`.
 */
export function partUrl(path: string, places: { readonly manifest: string; readonly page: string }): string {
  const isNowhere = /^(?:blob|data):/i.test(places.manifest);
  return resolved(path, isNowhere ? places.page : places.manifest, `'${path.slice(0, 100)}', a part of ${TOP},`);
}

function resolved(path: string, base: string, of: string): string {
  let url: { readonly href: string; readonly protocol: string };
  try {
    url = new host.URL(path, base);
  } catch {
    throw invalid(of, "has an address that is none");
  }
  if (!SCHEMES.has(url.protocol)) throw invalid(of, `has an address of the kind '${url.protocol}', which is not got`);
  return url.href;
}
