import { checkText } from "../check/values.ts";
import { EspError } from "../errors.ts";
import { host } from "../host.ts";
import type { InstallManifest } from "./install-manifest.ts";
import { readBuild } from "./read-build.ts";
import { type Fields, fieldsOf, invalid, listOfTexts, TOP, wordOf } from "./read-fields.ts";

const MOST_CHARACTERS = 1_000_000;
export const MOST_BUILDS = 100;
const LONGEST_NOTES = 10_000;
const SLOWEST_IMPROV_SECONDS = 600;
const HIGHEST_BAUD = 10_000_000;

/**
 * Reads the text of a manifest: ESP Web Tools' `manifest.json`, and what this library adds to it. Fields that are not
 * known are ignored, and so is what is wrong with a build until it is chosen. Throws `manifest.unreadable` for what is no
 * JSON, `manifest.invalid` for what says nothing that could be installed.
 *
 * @example
 * const manifest = parseInstallManifest(await (await fetch("manifest.json")).text());
 */
export function parseInstallManifest(text: string): InstallManifest {
  const given = checkText(text, "text");
  if (given.length > MOST_CHARACTERS)
    throw unreadable(`it has ${given.length} characters, and a manifest has some thousands`);
  let value: unknown;
  try {
    value = JSON.parse(given.replace(/^\uFEFF/, ""));
  } catch (cause) {
    const isPage = /^\s*</.test(given.slice(0, 200));
    throw unreadable(isPage ? "it is a web page" : `it is no JSON (${(cause as Error).message.slice(0, 200)})`, cause);
  }
  return readManifest(value);
}

function unreadable(what: string, cause?: unknown): EspError {
  return new EspError("manifest.unreadable", `The manifest cannot be read: ${what}.`, {
    hint: "Look at its address, and at its text with a checker of JSON; a comma before a closing bracket is a usual mistake.",
    cause,
  });
}

/** A manifest as JSON has it. Throws `manifest.invalid`. */
export function readManifest(value: unknown): InstallManifest {
  const top = fieldsOf(value, TOP);
  const { builds } = top.values;
  if (!Array.isArray(builds))
    throw invalid(TOP, builds === undefined ? "has no 'builds'" : "has 'builds' that are no list");
  if (builds.length > MOST_BUILDS) throw invalid(TOP, `has ${builds.length} builds, more than ${MOST_BUILDS}`);
  return {
    name: wordOf(top, "name"),
    version: wordOf(top, "version"),
    homeAssistantDomain: domainOf(top),
    fundingUrl: webUrl(wordOf(top, "funding_url", 2000)),
    promptErase: top.flag("new_install_skip_erase") === true || top.flag("new_install_prompt_erase") === true,
    improvWaitSeconds: top.number("new_install_improv_wait_time", { highest: SLOWEST_IMPROV_SECONDS, isWhole: false }),
    consoleBaud: top.number("console_baud", { lowest: 1, highest: HIGHEST_BAUD }),
    preserve: listOfTexts(top, "preserve"),
    notes: wordOf(top, "notes", LONGEST_NOTES),
    builds: builds.map((build: unknown, index) => readBuild(build, index)),
  };
}

function domainOf(top: Fields): string | null {
  const domain = wordOf(top, "home_assistant_domain");
  return domain !== null && /^[a-z0-9_]{1,64}$/.test(domain) ? domain : null;
}

/** Of others: http and https alone may become a link. */
export function webUrl(text: string | null): string | null {
  if (text === null) return null;
  try {
    const { href, protocol } = new host.URL(text);
    return protocol === "https:" || protocol === "http:" ? href : null;
  } catch {
    return null;
  }
}
