import { html, nothing, type TemplateResult } from "lit";
import { portKinds } from "../../src/web.ts";
import type { Say } from "../texts/texts.ts";

/** What can be done before there is a board; where the browser gives no ports, that comes first, with what does. */
export function welcome(say: Say): TemplateResult {
  const hasPorts = portKinds().length > 0;
  return html`
    <p>${say("welcome")}</p>
    ${hasPorts ? nothing : withoutPorts(say)}
    <ul>
      ${hasPorts ? html`<li>${say("welcome-real")}</li>` : nothing}
      <li>${say("welcome-virtual")}</li>
    </ul>
  `;
}

function withoutPorts(say: Say): TemplateResult {
  // Browsers keep their ports from pages that came by http, and then have none at all.
  const why = globalThis.isSecureContext ? "no-ports" : "no-ports-insecure";
  return html`
    <section class="problem">
      <p>${say(why)}</p>
      ${globalThis.isSecureContext ? html`<p>${say("no-ports-who")}</p>` : nothing}
      <p>${say("no-ports-command")}</p>
      <pre>npm i -g esptool-ts
esptool inspect</pre>
    </section>
  `;
}
