import type { Say } from "../texts/texts.ts";
import { type Content, h, put } from "./dom.ts";
import { dialogStyles } from "./styles.ts";

export interface Action {
  readonly label: string;
  readonly isPrimary?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly act: () => void;
}

/** What the dialog shows. */
export interface View {
  readonly title: string;
  readonly body: Content;
  readonly actions?: readonly Action[] | undefined;
  /** Something is under way: the dialog is not closed in passing, but by what stops the work. Default false. */
  readonly isBusy?: boolean | undefined;
}

/** Thrown into whatever waits for a person who has closed the dialog. */
export class DialogClosed extends Error {}

/** A dialog that shows one view after the other. */
export interface Shell {
  readonly say: Say;
  /** Aborted when the dialog is closed, in whatever way. */
  readonly signal: AbortSignal;
  show(view: View): void;
  /** Shows a view until one of its actions answers; rejects with `DialogClosed`. */
  ask<Answer>(make: (answer: (value: Answer) => void) => View): Promise<Answer>;
  /** Something to be done at once, whatever is shown and goes on; null: it is done. */
  urge(contents: Content): void;
  /** Said by screen readers, seen by nobody. */
  announce(text: string): void;
  close(): void;
}

/** Opens it over the page; the focus goes in, and, as the browser does with its dialogs, back when it is closed. */
export function openShell({ say, lang }: { readonly say: Say; readonly lang: string }): Shell {
  const heading = h("h2", { id: "title", tabindex: -1 });
  const closing = h(
    "button",
    { type: "button", class: "icon", "aria-label": say("close"), onclick: () => dialog.close() },
    "✕",
  );
  const body = h("div", { class: "body" });
  const footer = h("div", { class: "actions" });
  const urgent = h("div", { class: "urgent", role: "alert" });
  const live = h("p", { class: "unseen", "aria-live": "polite" });
  const dialog = h(
    "dialog",
    { lang, "aria-labelledby": "title" },
    h("div", { class: "top" }, heading, closing),
    body,
    urgent,
    footer,
    live,
  );
  const host = document.createElement("esp-install-dialog");
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [dialogStyles()];
  root.append(dialog);
  document.body.append(host);
  const closed = new AbortController();
  let isBusy = false;
  let forget: () => void = () => {};

  // The browser would close it at the second Escape whatever is under way.
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    if (isBusy) announce(say("pressStop"));
    else dialog.close();
  });
  // The gesture by which phones go back; where the browser does not heed `closedby` it can be refused once.
  dialog.addEventListener("cancel", (event) => {
    if (!isBusy) return;
    event.preventDefault();
    announce(say("pressStop"));
  });
  dialog.addEventListener("close", () => {
    closed.abort(new DialogClosed());
    forget();
    host.dispatchEvent(new CustomEvent("closed", { bubbles: true, composed: true }));
    host.remove();
  });

  function show(view: View): void {
    isBusy = view.isBusy ?? false;
    heading.textContent = view.title;
    closing.hidden = isBusy;
    dialog.setAttribute("closedby", isBusy ? "none" : "closerequest");
    put(body, view.body);
    put(footer, ...(view.actions ?? []).map(buttonOf));
    body.scrollTop = 0;
    heading.focus();
  }

  function announce(text: string): void {
    live.textContent = text;
  }

  dialog.showModal();
  return {
    say,
    signal: closed.signal,
    show,
    announce,
    urge: (contents) => put(urgent, contents),
    close: () => dialog.close(),
    ask: (make) =>
      new Promise((resolve, reject) => {
        if (closed.signal.aborted) reject(new DialogClosed());
        forget = () => reject(new DialogClosed());
        show(make(resolve));
      }),
  };
}

function buttonOf({ label, isPrimary = false, isDisabled = false, act }: Action): HTMLButtonElement {
  return h("button", { type: "button", class: isPrimary && "primary", disabled: isDisabled, onclick: act }, label);
}
