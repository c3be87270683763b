import { html, nothing, type TemplateResult } from "lit";
import type { WriteState } from "../device/write-bundle.ts";
import type { TextKey } from "../texts/texts.ts";
import type { Page } from "./page-element.ts";

/** What is on the board after a write that came to no end. */
export function writeLeft({ say }: Page, { isTouched, written, unfinished, untouched }: WriteState): TemplateResult {
  if (!isTouched) return html`<p class="warning" role="status">${say("left-nothing")}</p>`;
  const line = (key: TextKey, names: readonly string[]): TemplateResult | typeof nothing =>
    names.length === 0 ? nothing : html`<li>${say(key, { names: names.join(", ") })}</li>`;
  return html`
    <section class="warning" role="status">
      <p>${say("left-between")}</p>
      <ul>
        ${line("left-written", written)} ${line("left-unfinished", unfinished === null ? [] : [unfinished])}
        ${line("left-untouched", untouched)}
      </ul>
    </section>
  `;
}
