import { html, nothing, type TemplateResult } from "lit";
import type { ConnectDiagnosis, EspError } from "../../src/index.ts";
import type { Page } from "./page-element.ts";

/** What went wrong, what it means and what to do, as the library knows it: in English. What has no code is the page's own words. */
export function problem({ say, device }: Page, error: EspError): TemplateResult {
  const diagnosis = diagnosisOf(error);
  const hint = error.hint ?? "";
  const language = error.code === "internal" ? nothing : "en";
  return html`
    <section class="problem" role="alert">
      <h2 lang=${language}>${error.message}</h2>
      ${hint === "" ? nothing : html`<p lang="en">${hint}</p>`}
      ${diagnosis === null ? nothing : diagnosisList(diagnosis, hint)}
      <details>
        <summary>${say("details")}</summary>
        <p><code>${error.code}</code></p>
        ${
          diagnosis === null
            ? nothing
            : html`<ul lang="en">
                ${diagnosis.heard.map((one) => html`<li>${one}</li>`)}
                ${diagnosis.tried.map((one) => html`<li>${one}</li>`)}
              </ul>`
        }
      </details>
      <button type="button" @click=${() => device.dismissError()}>${say("dismiss")}</button>
    </section>
  `;
}

function diagnosisList({ likely, advice }: ConnectDiagnosis, hint: string): TemplateResult {
  return html`
    <p lang="en">${likely}</p>
    <ol lang="en">
      ${advice.filter((one) => one !== hint).map((one) => html`<li>${one}</li>`)}
    </ol>
  `;
}

function diagnosisOf({ details }: EspError): ConnectDiagnosis | null {
  const { diagnosis } = details as { readonly diagnosis?: ConnectDiagnosis };
  return diagnosis ?? null;
}
