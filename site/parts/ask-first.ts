import type { Say } from "../texts/texts.ts";

/** Asks before something that cannot be taken back. The browser's own dialogs cannot say what their buttons do. */
export async function askFirst(say: Say, question: string, action: string): Promise<boolean> {
  const dialog = document.createElement("dialog");
  const words = document.createElement("p");
  words.id = "ask-first-question";
  words.textContent = question;
  dialog.setAttribute("aria-labelledby", words.id);
  const buttons = document.createElement("div");
  buttons.className = "dialog-buttons";
  const button = (text: string, value: string, className: string): HTMLButtonElement => {
    const one = document.createElement("button");
    one.type = "button";
    one.textContent = text;
    one.className = className;
    one.addEventListener("click", () => dialog.close(value));
    return one;
  };
  // The harmless one first: it has the focus.
  buttons.append(button(say("cancel"), "", ""), button(action, "yes", "danger"));
  dialog.append(words, buttons);
  document.body.append(dialog);
  dialog.showModal();
  await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
  dialog.remove();
  return dialog.returnValue === "yes";
}
