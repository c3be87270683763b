import { html, nothing, type TemplateResult } from "lit";
import { type AskAgain, type PortKind, portKinds, requestPort } from "../src/web.ts";
import { CHIPS } from "./device/chip-names.ts";
import type { DeviceState } from "./device/device.ts";
import { activityBar } from "./parts/activity-bar.ts";
import { macText } from "./parts/amounts.ts";
import type { Page } from "./parts/page-element.ts";
import type { TextKey } from "./texts/texts.ts";

/** The second way that a browser has, beside its first. */
const CONNECT_BY: Readonly<Record<PortKind, TextKey>> = { serial: "connect-serial", usb: "connect-usb" };

/** Which board is there, and how to get one. */
export function boardBar(page: Page): TemplateResult {
  const { device } = page;
  return html`<div class="board-bar">${forState(page, device.state)}</div>`;
}

function forState(page: Page, state: DeviceState): TemplateResult {
  const { say, device } = page;
  switch (state.kind) {
    case "away":
      return html`
        ${portKinds().length === 0 ? connectButton(page, undefined, say("connect")) : nothing}
        ${portKinds().map((kind, index) => connectButton(page, kind, say(index === 0 ? "connect" : CONNECT_BY[kind])))}
        ${
          state.port === null
            ? html``
            : html`<button type="button" @click=${() => void device.connect(state.port ?? never())}>
                ${say("connect-again")}
              </button>`
        }
        ${virtualChoice(page)}
      `;
    case "connecting":
      return html`
        <p role="status">${say("connecting", { port: state.port.info.path })}</p>
        <button type="button" @click=${() => device.cancel()}>${say("cancel")}</button>
      `;
    case "busy":
      return activityBar(page, state.activity);
    case "lent":
      return html`<p role="status">${say("program-runs")}</p>`;
    case "ready": {
      const { chip, mac } = state.session;
      return html`
        <p role="status"><strong>${chip.name}</strong> ${mac === null ? "" : macText(mac.base)}</p>
        <button type="button" @click=${() => void device.disconnect()}>${say("disconnect")}</button>
      `;
    }
  }
}

function virtualChoice({ say, device }: Page): TemplateResult {
  const take = async (event: Event): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const chosen = new FormData(form).get("chip");
    const id = CHIPS.find(([each]) => each === chosen)?.[0] ?? "esp32c3";
    try {
      const { virtualBoard } = await import("./device/virtual-board.ts");
      await device.connect(await virtualBoard(id));
    } catch (error) {
      device.fail(error);
    }
  };
  return html`
    <form class="virtual" @submit=${(event: Event) => void take(event)}>
      <label>
        <span class="unseen">${say("virtual-chip")}</span>
        <select name="chip">
          ${CHIPS.map(([id, name]) => html`<option value=${id} ?selected=${id === "esp32c3"}>${name}</option>`)}
        </select>
      </label>
      <button type="submit">${say("try-virtual")}</button>
    </form>
  `;
}

/** Without a kind the reason is told why there is none. */
function connectButton(page: Page, kind: PortKind | undefined, text: string): TemplateResult {
  return html`<button type="button" class="primary" @click=${() => void connectReal(page, kind)}>${text}</button>`;
}

async function connectReal({ device }: Page, kind: PortKind | undefined): Promise<void> {
  try {
    const onAskAgain = (again: AskAgain): void => device.askAgain(again);
    // Right after the click: the browser shows its list on a gesture only.
    await device.connect(await requestPort({ kind, onAskAgain }));
  } catch (error) {
    device.fail(error);
  }
}

function never(): never {
  throw new TypeError("unreachable");
}
