import { html, type TemplateResult } from "lit";

/** A name and its value, of a list of facts. */
export function factRow(name: string, value: string | TemplateResult): TemplateResult {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}</dd>
  </div>`;
}
