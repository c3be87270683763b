/** Elements for web pages: a button that installs firmware. Runs in browsers; importing it elsewhere does no harm. */
export { defineInstallButton, EspInstallButton } from "./web/elements/install-button.ts";
export type { DeviceFirmware, InstallOverrides, ManifestJson } from "./web/elements/install-request.ts";
