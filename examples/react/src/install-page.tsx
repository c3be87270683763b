// A page with the button that installs firmware. React draws the element as it draws any other; the element does the rest.
import { defineInstallButton, type EspInstallButton } from "esptool-ts/elements";
import { type JSX, type Ref, useState } from "react";

defineInstallButton();

interface InstallButtonAttributes {
  readonly manifest: string;
  /** Decides whether what runs on the board is what the manifest has. */
  readonly overrides?: EspInstallButton["overrides"];
  readonly children?: JSX.Element;
  readonly ref?: Ref<EspInstallButton>;
}

// What the compiler is to know of the element.
declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "esp-install-button": InstallButtonAttributes;
    }
  }
}

const RELEASES = ["stable", "beta"] as const;

export function InstallPage(): JSX.Element {
  const [release, setRelease] = useState<string>(RELEASES[0]);
  return (
    <main>
      <h1>Lamp</h1>
      <label>
        Release{" "}
        <select value={release} onChange={(event) => setRelease(event.target.value)}>
          {RELEASES.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <esp-install-button manifest={`${release}/manifest.json`}>
        <button type="button" slot="activate">
          Install
        </button>
      </esp-install-button>
    </main>
  );
}
