// Shelf: elements for web pages (fact sheets install-page 5, web-and-webusb 11).
// In: a page with its attributes, slots and properties.
// Out: a button that installs firmware; what it opens is loaded when it is needed.

import type { InstallOverrides } from "./install-request.ts";
import { complaintOf, pageFeatures } from "./support.ts";

/** So that the module can be imported where there is no page, as on servers. */
const Element: typeof HTMLElement = globalThis.HTMLElement ?? (class {} as unknown as typeof HTMLElement);

/** All else that is said is loaded with the dialog. */
const LABELS: Readonly<Record<string, string>> = { de: "Verbinden", es: "Conectar", zh: "连接" };

const CSS = `
:host { display: inline-block; }
:host([hidden]) { display: none; }
button {
  font: inherit; font-weight: 600; cursor: pointer; min-height: 44px; padding: 8px 24px; border: 0;
  border-radius: var(--esp-tools-button-border-radius, 4px);
  color: var(--esp-tools-button-text-color, #fff);
  background: var(--esp-tools-button-color, #03618f);
}
button:hover { filter: brightness(1.15); }
button:focus-visible { outline: 3px solid currentcolor; outline-offset: -6px; box-shadow: 0 0 0 3px #fff, 0 0 0 6px #03618f; }
:host([active]) button { cursor: progress; }
p { margin: 0; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
`;

/**
 * `<esp-install-button manifest="manifest.json">`: attributes, slots (`activate`, `unsupported`, `not-allowed`), CSS variables
 * and states of ESP Web Tools' button, besides `elf` (an ELF file by which crashes are explained) and `lang`.
 */
export class EspInstallButton extends Element {
  /** The browser gives ports to pages. */
  static get isSupported(): boolean {
    return pageFeatures().hasPorts;
  }

  /** The page came by https or from localhost. */
  static get isAllowed(): boolean {
    return pageFeatures().isSecure;
  }

  /** Wins over the attribute. Not set here: what a page has set before the element was defined stays. */
  declare manifest: string | undefined;
  declare overrides: InstallOverrides | undefined;
  #isRendered = false;
  #alert: HTMLElement | null = null;

  connectedCallback(): void {
    if (this.#isRendered) return;
    this.#isRendered = true;
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const { isSecure, hasPorts } = pageFeatures();
    const isReady = isSecure && hasPorts;
    this.toggleAttribute("install-supported", isReady);
    this.toggleAttribute("install-unsupported", !isReady);
    root.append(isReady ? this.#activateSlot() : this.#excuseSlot(isSecure));
  }

  #activateSlot(): HTMLSlotElement {
    const slot = slotOf("activate");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = LABELS[this.#language().slice(0, 2)] ?? "Connect";
    slot.append(button);
    slot.addEventListener("click", (event) => void this.#activate(event));
    // The dialog is there when the click comes, so that the browser still takes it for the wish of a person.
    slot.addEventListener("pointerenter", () => void loadDialog().catch(() => {}), { once: true });
    slot.addEventListener("focusin", () => void loadDialog().catch(() => {}), { once: true });
    return slot;
  }

  #excuseSlot(isSecure: boolean): HTMLSlotElement {
    const slot = slotOf(isSecure ? "unsupported" : "not-allowed");
    const excuse = document.createElement("p");
    excuse.textContent = isSecure
      ? "This browser gives no serial ports to pages."
      : "Pages get serial ports over https or from localhost alone.";
    slot.append(excuse);
    const manifest = this.#manifest();
    void import("./dialog/no-ports.ts").then(
      ({ explainNoPorts }) => explainNoPorts(slot, { isSecure, manifest, lang: this.#language() }),
      // The sentence above stands.
      () => {},
    );
    return slot;
  }

  async #activate(event: Event): Promise<void> {
    event.preventDefault();
    if (this.hasAttribute("active")) return;
    this.toggleAttribute("active", true);
    this.#complain("");
    try {
      const { openInstallDialog } = await loadDialog().catch((cause: unknown) => {
        throw new Error("The installer could not be loaded. Load the page again.", { cause });
      });
      await openInstallDialog({
        manifest: this.#manifest(),
        elf: this.getAttribute("elf"),
        lang: this.#language(),
        checkSameFirmware: this.overrides?.checkSameFirmware ?? null,
      });
    } catch (error) {
      this.#complain(complaintOf(error));
    } finally {
      this.toggleAttribute("active", false);
    }
  }

  /** What stood there before goes. */
  #complain(text: string): void {
    this.#alert?.remove();
    if (text === "") return;
    this.#alert = document.createElement("p");
    this.#alert.role = "alert";
    this.#alert.textContent = text;
    this.shadowRoot?.append(this.#alert);
  }

  #manifest(): string | null {
    return this.manifest ?? this.getAttribute("manifest");
  }

  #language(): string {
    return (
      this.closest<HTMLElement>("[lang]")?.lang ||
      document.documentElement.lang ||
      navigator.language ||
      "en"
    ).toLowerCase();
  }
}

const loadDialog = () => import("./dialog/install-dialog.ts");

function slotOf(name: string): HTMLSlotElement {
  const slot = document.createElement("slot");
  slot.name = name;
  return slot;
}

/**
 * Makes the element known to the page by a name; nothing happens where the name is taken already. Pages of ESP Web Tools have it as
 * `esp-web-install-button`.
 *
 * @example
 * defineInstallButton();
 */
export function defineInstallButton(name = "esp-install-button"): void {
  const { customElements } = globalThis as { customElements?: CustomElementRegistry };
  if (customElements === undefined || customElements.get(name) !== undefined) return;
  // A class can have one name alone.
  customElements.define(name, class extends EspInstallButton {});
}
