import { html, type TemplateResult } from "lit";
import type { Page } from "./parts/page-element.ts";
import type { TextKey } from "./texts/texts.ts";

/** A view of the page. Its code is loaded when it is opened for the first time. */
export interface View {
  readonly name: string;
  readonly title: TextKey;
  readonly element: string;
  readonly load: () => Promise<CustomElementConstructor>;
  readonly draw: (page: Page) => TemplateResult;
}

export const VIEWS: readonly [View, ...View[]] = [
  {
    name: "board",
    title: "view-board",
    element: "esptool-board",
    load: async () => (await import("./panels/board.ts")).BoardPanel,
    draw: (page) => html`<esptool-board .page=${page}></esptool-board>`,
  },
  {
    name: "flash",
    title: "view-flash",
    element: "esptool-flash",
    load: async () => (await import("./panels/flash.ts")).FlashPanel,
    draw: (page) => html`<esptool-flash .page=${page}></esptool-flash>`,
  },
  {
    name: "partitions",
    title: "view-partitions",
    element: "esptool-partitions",
    load: async () => (await import("./panels/partitions.ts")).PartitionsPanel,
    draw: (page) => html`<esptool-partitions .page=${page}></esptool-partitions>`,
  },
  {
    name: "settings",
    title: "view-settings",
    element: "esptool-settings",
    load: async () => (await import("./panels/settings.ts")).SettingsPanel,
    draw: (page) => html`<esptool-settings .page=${page}></esptool-settings>`,
  },
  {
    name: "files",
    title: "view-files",
    element: "esptool-files",
    load: async () => (await import("./panels/files.ts")).FilesPanel,
    draw: (page) => html`<esptool-files .page=${page}></esptool-files>`,
  },
  {
    name: "efuses",
    title: "view-efuses",
    element: "esptool-efuses",
    load: async () => (await import("./panels/efuses.ts")).EfusesPanel,
    draw: (page) => html`<esptool-efuses .page=${page}></esptool-efuses>`,
  },
  {
    name: "image",
    title: "view-image",
    element: "esptool-image",
    load: async () => (await import("./panels/image.ts")).ImagePanel,
    draw: (page) => html`<esptool-image .page=${page}></esptool-image>`,
  },
  {
    name: "console",
    title: "view-console",
    element: "esptool-console",
    load: async () => (await import("./panels/console.ts")).ConsolePanel,
    draw: (page) => html`<esptool-console .page=${page}></esptool-console>`,
  },
  {
    name: "trace",
    title: "view-trace",
    element: "esptool-trace",
    load: async () => (await import("./panels/trace.ts")).TracePanel,
    draw: (page) => html`<esptool-trace .page=${page}></esptool-trace>`,
  },
];

/** The first view where there is none of this name. */
export function viewNamed(name: string): View {
  return VIEWS.find((view) => view.name === name) ?? VIEWS[0];
}
