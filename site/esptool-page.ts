import { html, LitElement, nothing, type TemplateResult } from "lit";
import { boardBar } from "./board-bar.ts";
import { createDevice, type Device } from "./device/device.ts";
import { stayAwake } from "./device/stay-awake.ts";
import type { Page } from "./parts/page-element.ts";
import { problem } from "./parts/problem.ts";
import { ENGLISH } from "./texts/english.ts";
import { chooseLanguage, LANGUAGES, type Say, sayIn } from "./texts/texts.ts";
import { VIEWS, type View, viewNamed } from "./views.ts";

/** Where the choice of a language is kept; nothing else is. */
const LANGUAGE_KEY = "esptool.language";

/** The whole page: what board is there, what can be done with it, and the view that is open. */
export class EsptoolPage extends LitElement {
  static override properties = {
    view: { state: true },
    loaded: { state: true },
    language: { state: true },
    say: { state: true },
  };
  declare view: View;
  /** Names of the views whose code is there. */
  declare loaded: ReadonlySet<string>;
  declare language: string;
  declare say: Say;
  readonly #device: Device = createDevice();
  /** The view was chosen by the person, who is to be taken there. */
  #movesFocus = false;

  constructor() {
    super();
    this.view = viewNamed(location.hash.slice(2));
    this.loaded = new Set();
    this.language = "en";
    this.say = sayIn(ENGLISH);
  }

  protected override createRenderRoot(): this {
    this.replaceChildren();
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    const follow = stayAwake();
    this.#device.subscribe(() => {
      follow(this.#device.state);
      this.requestUpdate();
    });
    addEventListener("hashchange", () => {
      this.#movesFocus = true;
      void this.#open(viewNamed(location.hash.slice(2)));
    });
    void this.#open(this.view);
    void this.#speak(keptLanguage() ?? chooseLanguage(navigator.languages));
  }

  async #open(view: View): Promise<void> {
    this.view = view;
    if (!this.loaded.has(view.name)) {
      try {
        const element = await view.load();
        if (customElements.get(view.element) === undefined) customElements.define(view.element, element);
        this.loaded = new Set([...this.loaded, view.name]);
      } catch (error) {
        this.#device.fail(error);
      }
    }
  }

  async #speak(tag: string): Promise<void> {
    const language = LANGUAGES.find((one) => one.tag === tag);
    if (language === undefined) return;
    try {
      this.say = sayIn(await language.load());
      this.language = language.tag;
      document.documentElement.lang = language.tag;
    } catch (error) {
      this.#device.fail(error);
    }
  }

  #chooseLanguage(tag: string): void {
    try {
      localStorage.setItem(LANGUAGE_KEY, tag);
    } catch {
      // A page that may keep nothing asks again.
    }
    void this.#speak(tag);
  }

  protected override updated(): void {
    if (!this.#movesFocus || !this.loaded.has(this.view.name)) return;
    this.#movesFocus = false;
    this.querySelector<HTMLElement>("#view-title")?.focus();
  }

  override render(): TemplateResult {
    const { say } = this;
    const page: Page = { device: this.#device, say, show: (name) => location.assign(`#/${name}`) };
    const { error } = this.#device;
    return html`
      <a class="skip-link" href="#view-title" @click=${this.#skip}>${say("skip-to-content")}</a>
      <header>
        <h1>esptool</h1>
        ${boardBar(page)}
        <label class="language">
          <span class="unseen">${say("language")}</span>
          <select @change=${(event: Event) => this.#chooseLanguage((event.target as HTMLSelectElement).value)}>
            ${LANGUAGES.map(
              ({ tag, name }) =>
                html`<option value=${tag} lang=${tag} ?selected=${tag === this.language}>${name}</option>`,
            )}
          </select>
        </label>
      </header>
      <nav aria-label=${say("views")}>
        <ul>
          ${VIEWS.map(
            ({ name, title }) => html`<li>
              <a href="#/${name}" aria-current=${name === this.view.name ? "page" : nothing}>${say(title)}</a>
            </li>`,
          )}
        </ul>
      </nav>
      <main>
        ${this.#device.missing === null ? nothing : missingBoard(page)}
        ${error === null ? nothing : problem(page, error)}
        <h2 id="view-title" tabindex="-1">${say(this.view.title)}</h2>
        ${this.loaded.has(this.view.name) ? this.view.draw(page) : html`<p>${say("loading")}</p>`}
      </main>
    `;
  }

  #skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>("#view-title")?.focus();
  };
}

/** It is waited for; where it is back as another device, a click of the person is what the browser wants. */
function missingBoard({ say, device }: Page): TemplateResult {
  return html`
    <section class="problem" role="alert">
      <h2>${say("board-away")}</h2>
      <p>${say("board-away-words")}</p>
      <button type="button" class="primary" @click=${() => void device.chooseAgain()}>${say("choose-again")}</button>
      <button type="button" @click=${() => device.giveUp()}>${say("cancel")}</button>
    </section>
  `;
}

function keptLanguage(): string | null {
  try {
    const kept = localStorage.getItem(LANGUAGE_KEY);
    return LANGUAGES.some(({ tag }) => tag === kept) ? kept : null;
  } catch {
    return null;
  }
}
