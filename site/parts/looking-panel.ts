import { html, type TemplateResult } from "lit";
import { EspError, formatMac, type Session } from "../../src/index.ts";
import type { Work } from "../device/device.ts";
import { sessionOf } from "./needs-board.ts";
import { PageElement } from "./page-element.ts";

/** What was read of a board, and of which. */
export interface FoundOnBoard {
  readonly session: Session;
}

/**
 * A part of the page that reads something of the board as soon as there is one, shows it, and forgets it when there is another.
 * A look that failed or was cancelled can be taken again.
 */
export abstract class LookingPanel<Found extends FoundOnBoard> extends PageElement {
  static override properties = { ...PageElement.properties, found: { state: true }, hasFailed: { state: true } };
  declare found: Found | null;
  /** The board was asked, and what is to be shown was not got. */
  declare hasFailed: boolean;
  #asked: Session | null = null;

  constructor() {
    super();
    this.found = null;
    this.hasFailed = false;
  }

  /** Reads what is shown. */
  protected abstract read(session: Session, signal: AbortSignal): Promise<Found>;

  /** What was found before is shown no more. */
  protected forget(): void {
    this.found = null;
  }

  protected override deviceChanged(): void {
    const { state } = this.page.device;
    if (sessionOf(state) !== this.found?.session) this.forget();
    if (state.kind === "ready" && this.#asked !== state.session) void this.look(state.session);
  }

  protected async look(session: Session): Promise<void> {
    this.#asked = session;
    this.hasFailed = false;
    const found = await this.page.device.run({
      what: "asking-board",
      act: (_session, signal) => this.read(session, signal),
    });
    // Another board was asked meanwhile.
    if (this.#asked !== session) return;
    this.hasFailed = found === null;
    this.found = found;
  }

  /** Does something by what was found; on another board, which may be there since, it means something else and is not done. */
  protected async runFor<T>({ session }: FoundOnBoard, work: Work<T>): Promise<T | null> {
    const { device, say } = this.page;
    const act: Work<T>["act"] = (now, signal) => {
      if (now === session) return work.act(now, signal);
      const details = { expected: nameOf(session), found: nameOf(now) };
      throw new EspError("connect.wrong-chip", say("other-board"), { hint: say("other-board-hint"), details });
    };
    return await device.run({ ...work, act });
  }

  /** Shown as long as nothing was found. */
  protected waiting(): TemplateResult {
    const { say, device } = this.page;
    const { state } = device;
    if (!this.hasFailed || state.kind !== "ready") return html`<p role="status">${say("loading")}</p>`;
    return html`
      <p class="empty" role="status">${say("look-failed")}</p>
      <button type="button" class="primary" @click=${() => void this.look(state.session)}>${say("look-again")}</button>
    `;
  }
}

function nameOf({ mac, chip }: Session): string {
  return mac === null ? chip.name : formatMac(mac.base);
}
