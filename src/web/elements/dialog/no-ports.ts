import { downloadInstallManifest, type FoundManifest } from "../../../install.ts";
import { loadTexts, type Say } from "../texts/texts.ts";
import { type Content, h, link, put } from "./dom.ts";

interface NoPorts {
  readonly isSecure: boolean;
  readonly manifest: string | null;
  readonly lang: string;
}

/** What can be done in a browser that gives no ports: another browser, or the files and a command line. */
export async function explainNoPorts(place: HTMLElement, { isSecure, manifest, lang }: NoPorts): Promise<void> {
  const { say } = await loadTexts(lang);
  const status = h("div");
  const other = h("details", {}, h("summary", {}, say("otherWay")), status);
  // Nothing is asked of the server before somebody wants it.
  other.addEventListener("toggle", () => void showFiles(status, manifest, say), { once: true });
  put(
    place,
    h("p", {}, say(isSecure ? "unsupported" : "notAllowed")),
    isSecure && h("p", {}, say(whoCan())),
    manifest !== null && other,
  );
}

/** The advice is by the kind of device; whether this browser can is decided by what it has. */
function whoCan(): "canAndroid" | "canDesktop" | "canIos" {
  const { userAgent, maxTouchPoints } = navigator;
  if (/Android/.test(userAgent)) return "canAndroid";
  const isIpad = /Macintosh/.test(userAgent) && maxTouchPoints > 1;
  return /iPhone|iPad|iPod/.test(userAgent) || isIpad ? "canIos" : "canDesktop";
}

async function showFiles(place: HTMLElement, manifest: string | null, say: Say): Promise<void> {
  try {
    const found = await downloadInstallManifest({
      url: manifest ?? "",
      page: location.href,
      fetch: (url, options) => fetch(url, options),
    });
    put(place, h("p", {}, say("otherWayHow")), ...found.manifest.builds.map((build) => buildOf(found, build)));
  } catch (error) {
    put(place, h("p", { role: "alert", lang: "en" }, (error as Error).message));
  }
}

function buildOf({ url }: FoundManifest, build: FoundManifest["manifest"]["builds"][number]): Content {
  const { chip, chipFamily, parts, problem } = build;
  if (chip === null || problem !== null) return null;
  const base = /^(?:blob|data):/.test(url) ? location.href : url;
  const files = parts.flatMap(({ path, offset }) => {
    if (offset === null || !URL.canParse(path, base)) return [];
    const { href, protocol, pathname } = new URL(path, base);
    return /^https?:$/.test(protocol) ? [{ href, name: fileName(pathname), offset }] : [];
  });
  const words = files.map(({ offset, name }) => `0x${offset.toString(16)} "${name}"`);
  return h(
    "div",
    {},
    h("p", {}, h("strong", {}, chipFamily), " ", ...files.flatMap(({ href, name }) => [link(href, name), " "])),
    files.length > 0 && h("pre", {}, `esptool --chip ${chip} write-flash ${words.join(" ")}`),
  );
}

/** It is pasted into shells of all kinds, some of which read on behind the end of a line, or within quotes. */
function fileName(pathname: string): string {
  const last = pathname.split("/").at(-1) ?? "";
  return decoded(last).replace(/[^\p{L}\p{N}._+() -]/gu, "_");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
