import { isEspError, type Port } from "../../../index.ts";
import { type AskAgain, type PortKind, portKinds, requestPort } from "../../../web.ts";
import { titleOf } from "./choose-view.ts";
import { h } from "./dom.ts";
import type { Shell, View } from "./shell.ts";

/** A port that a person chooses, asked for as often as they like. Throws what `requestPort` throws but for choosing none. */
export async function askForPort(shell: Shell): Promise<Port> {
  const { say } = shell;
  const { userActivation } = navigator as Partial<Pick<Navigator, "userActivation">>;
  // A slow network may have used up the click.
  let isFresh = userActivation?.isActive ?? true;
  let hasTried = false;
  let [kind] = portKinds();
  for (;;) {
    if (!isFresh) kind = await shell.ask<PortKind | undefined>((answer) => askView(shell, hasTried, answer));
    shell.show({ title: titleOf(say, null), body: h("p", {}, say("choosePortHow")) });
    try {
      return await requestPort({ kind, onAskAgain: (again) => askAgain(shell, again) });
    } catch (error) {
      if (!isEspError(error, "port.none-found")) throw error;
      hasTried = true;
      isFresh = false;
    }
  }
}

/** The board is away. It may be back as another device, for which the browser wants a click; what waits for it goes on by itself. */
function askAgain({ say, urge }: Shell, again: AskAgain): void {
  // Who chooses none is asked still.
  const choose = (): void => void again.choose().catch(() => {});
  void again.settled.then(() => urge(null));
  urge([
    h("p", {}, say("portAgain")),
    h("button", { type: "button", class: "primary", onclick: choose }, say("choosePort")),
  ]);
}

/** Where there are two kinds of lists, as on Android, both are offered: what is not in the one may be in the other. */
function askView({ say, close }: Shell, hasTried: boolean, answer: (kind: PortKind | undefined) => void): View {
  const [first, second] = portKinds();
  const help = (["cableHelp", "driverHelp", "groupHelp", "otherHelp"] as const).map((key) => h("li", {}, say(key)));
  return {
    title: hasTried ? say("noPort") : titleOf(say, null),
    body: hasTried ? [h("p", {}, say("noPortHow")), h("ul", {}, ...help)] : h("p", {}, say("choosePortHow")),
    actions: [
      { label: say("close"), act: close },
      ...(second === undefined ? [] : [{ label: say("otherList"), act: () => answer(second) }]),
      { label: say("choosePort"), isPrimary: true, act: () => answer(first) },
    ],
  };
}
