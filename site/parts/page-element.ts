import { LitElement } from "lit";
import type { Device } from "../device/device.ts";
import type { Say } from "../texts/texts.ts";

/** What each part of the page is given. */
export interface Page {
  readonly device: Device;
  readonly say: Say;
  /** Asks for the view of this name. */
  readonly show: (view: string) => void;
}

/**
 * A part of the page. It stands in the page's own tree, not in a shadow, so that one style sheet does for all and labels reach
 * across parts. It is drawn again when the device or the language changes.
 */
export abstract class PageElement extends LitElement {
  static override properties = { page: { attribute: false } };
  declare page: Page;
  #unsubscribe: (() => void) | null = null;

  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#unsubscribe = this.page.device.subscribe(() => {
      this.deviceChanged();
      this.requestUpdate();
    });
    this.deviceChanged();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unsubscribe?.();
    this.#unsubscribe = null;
  }

  /** For who keeps what was read of a device. */
  protected deviceChanged(): void {}
}
