import { html, type TemplateResult } from "lit";
import type { Session } from "../../src/index.ts";
import type { DeviceState } from "../device/device.ts";
import type { Page } from "./page-element.ts";

/** The session of a board, whether something is being done with it or not. */
export function sessionOf(state: DeviceState): Session | null {
  return state.kind === "ready" || state.kind === "busy" ? state.session : null;
}

/** Shown in the place of what cannot be done without a board. */
export function needsBoard({ say }: Page): TemplateResult {
  return html`<p class="empty">${say("needs-board")}</p>`;
}
