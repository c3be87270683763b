import { html, nothing, type TemplateResult } from "lit";
import {
  type FlashIdResult,
  formatMac,
  readFlashId,
  readSecurityInfo,
  type SecurityDescription,
  type Session,
} from "../../src/index.ts";
import type { FlashDescription } from "../../src/partition.ts";
import { sizeText } from "../parts/amounts.ts";
import { contentText } from "../parts/content-text.ts";
import { factRow } from "../parts/fact-row.ts";
import { LookingPanel } from "../parts/looking-panel.ts";
import { sessionOf } from "../parts/needs-board.ts";
import type { Say, TextKey } from "../texts/texts.ts";
import { welcome } from "./welcome.ts";

interface Facts {
  readonly session: Session;
  readonly flash: FlashIdResult | null;
  /** Null: this chip cannot be asked. */
  readonly security: SecurityDescription | null;
}

const USB: Readonly<Record<Session["usbMode"], TextKey>> = {
  uart: "usb-uart",
  "serial-jtag": "usb-serial-jtag",
  otg: "usb-otg",
};

/** What the board is: chip, flash, security. Asked for as soon as it is connected. */
export class BoardPanel extends LookingPanel<Facts> {
  static override properties = { ...LookingPanel.properties, contents: { state: true } };
  /** Null: nobody asked for it yet. */
  declare contents: FlashDescription | null;

  constructor() {
    super();
    this.contents = null;
  }

  protected override forget(): void {
    super.forget();
    this.contents = null;
  }

  protected override read(session: Session, signal: AbortSignal): Promise<Facts> {
    return factsOf(session, signal);
  }

  async #lookInside(): Promise<void> {
    const { describeFlash, flashOfChip } = await import("../../src/partition.ts");
    const act = async (session: Session, signal: AbortSignal): Promise<FlashDescription> =>
      await describeFlash(await flashOfChip(session, { signal }));
    this.contents = await this.page.device.run({ what: "looking", act });
  }

  override render(): TemplateResult {
    const { page, found: facts } = this;
    const session = sessionOf(page.device.state);
    if (session === null) return welcome(page.say);
    const { identity, mac, crystalMhz, usbMode, chip, secureDownload } = session;
    const { say } = page;
    return html`
      <dl class="facts">
        ${factRow(say("fact-chip"), identity?.description ?? chip.name)}
        ${identity === null ? nothing : factRow(say("fact-features"), identity.features.join(", "))}
        ${crystalMhz === null ? nothing : factRow(say("fact-crystal"), `${crystalMhz} MHz`)}
        ${factRow(say("fact-usb"), say(USB[usbMode]))}
        ${mac === null ? nothing : factRow(say("fact-mac"), copyable(say("copy"), formatMac(mac.base)))}
        ${facts?.flash ? factRow(say("fact-flash"), flashWords(facts.flash, say("unknown"))) : nothing}
        ${
          facts === null
            ? nothing
            : factRow(
                say("fact-security"),
                securityWords(facts.security, secureDownload)
                  .map((key) => say(key))
                  .join(", "),
              )
        }
      </dl>
      ${facts === null ? this.waiting() : nothing}
      ${this.contents === null ? this.#lookButton(secureDownload) : contentsTable(page.say, this.contents)}
    `;
  }

  #lookButton(secureDownload: boolean): TemplateResult | typeof nothing {
    const { say, device } = this.page;
    if (secureDownload) return nothing;
    return html`<p>
      <button type="button" ?disabled=${device.state.kind !== "ready"} @click=${() => void this.#lookInside()}>
        ${say("look")}
      </button>
    </p>`;
  }
}

function contentsTable(say: Say, { partitions, boots }: FlashDescription): TemplateResult {
  if (partitions.length === 0) return html`<p class="empty">${say("contents-none")}</p>`;
  return html`
    <h3>${say("contents")}</h3>
    <table>
      <thead>
        <tr>
          <th scope="col">${say("column-name")}</th>
          <th scope="col">${say("column-size")}</th>
          <th scope="col">${say("column-content")}</th>
        </tr>
      </thead>
      <tbody>
        ${partitions.map(
          ({ name, sizeBytes, address, content }) => html`<tr>
            <th scope="row">${name}</th>
            <td>${sizeText(sizeBytes)}</td>
            <td>
              ${contentText(say, content)}${boots?.partition?.address === address ? html` <strong>(${say("starts")})</strong>` : nothing}
            </td>
          </tr>`,
        )}
      </tbody>
    </table>
  `;
}

async function factsOf(session: Session, signal: AbortSignal): Promise<Facts> {
  const flash = session.secureDownload ? null : await readFlashId(session, { signal });
  const security = session.securityInfo === null ? null : await readSecurityInfo(session);
  return { session, flash, security };
}

function copyable(copy: string, text: string): TemplateResult {
  return html`<code>${text}</code>
    <button type="button" class="small" @click=${() => void navigator.clipboard.writeText(text)}>${copy}</button>`;
}

function flashWords({ sizeBytes, manufacturer, device }: FlashIdResult, unknown: string): string {
  const hex = (value: number): string => value.toString(16).padStart(2, "0");
  return `${sizeBytes === null ? unknown : sizeText(sizeBytes)} (${hex(manufacturer)} ${hex(device)})`;
}

function securityWords(security: SecurityDescription | null, secureDownload: boolean): TextKey[] {
  const words: TextKey[] = [];
  if (secureDownload) words.push("secure-download");
  if (security?.secureBoot) words.push("secure-boot");
  if (security?.flashEncryption) words.push("flash-encryption");
  if (security === null && !secureDownload) words.push("security-not-asked");
  return words.length === 0 ? ["security-open"] : words;
}
