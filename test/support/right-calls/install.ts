import {
  type FetchLike,
  type FoundManifest,
  type InstallDevice,
  type InstallPart,
  type InstallPlan,
  type ManifestBuild,
  parseInstallManifest,
} from "../../../src/install.ts";
import { INSTANT_TIMING, virtualChip } from "../../../src/virtual.ts";
import { answer } from "../install/fake-server.ts";
import { bytes, neverAborts, stubSession } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const TEXT = JSON.stringify({
  name: "x",
  version: "1",
  preserve: ["storage"],
  builds: [{ chipFamily: "ESP32-C3", label: "x", parts: [{ path: "a.bin", offset: 0x10000 }] }],
});
const PAGE = "https://example.org/";
const fetch: FetchLike = async (url) => (url.endsWith(".json") ? answer(TEXT) : answer(bytes()));
const manifest = () => parseInstallManifest(TEXT);
const build = (): ManifestBuild => manifest().builds[0] as ManifestBuild;
const found = (): FoundManifest => ({ manifest: manifest(), text: TEXT, url: `${PAGE}m.json`, page: PAGE });
const part = (): InstallPart => ({ part: build().parts[0] as InstallPart["part"], path: "a.bin", data: bytes() });
const target = () => ({
  chip: "esp32c3",
  serialType: "cdc",
  revision: 3,
  flashBytes: 0x40_0000,
  psramBytes: 0x20_0000,
});
const device = (): InstallDevice => ({
  ...(target() as InstallDevice),
  partitions: [
    { name: "nvs", type: 1, subtype: 2, address: 0x9000, sizeBytes: 0x4000, encrypted: false, readonly: false },
  ],
  security: { secureBoot: false, flashEncryption: false, secureDownload: false },
});
const plan = (): Pick<InstallPlan, "erase" | "files" | "eraseRanges" | "settings"> => ({
  erase: "keep-settings",
  files: [{ address: 0x10000, data: bytes(), name: "a.bin", encrypted: false }],
  eraseRanges: [{ name: "nvs", address: 0x9000, sizeBytes: 0x1000 }],
  settings: { mode: "keep", frequency: "keep", size: "keep" },
});
const silentPort = () => whole(virtualChip("esp32c3", { timing: INSTANT_TIMING, appText: "" }).port);

export const INSTALL: RightCalls = {
  parseInstallManifest: { args: () => [TEXT] },
  downloadInstallManifest: { args: () => [{ url: "m.json", page: PAGE, fetch, signal: whole(neverAborts()) }] },
  downloadInstallParts: {
    args: () => [
      found(),
      build(),
      { fetch, flashBytes: 0x40_0000, signal: whole(neverAborts()), onProgress: () => {} },
    ],
  },
  serialTypeOf: { args: () => [{ usbVendorId: 0x303a }] },
  chooseInstallBuild: { args: () => [manifest(), target(), { index: 0 }] },
  decideInstall: { args: () => [manifest(), { firmware: "x", version: "0" }, { isSame: true }] },
  improvWaits: { args: () => [manifest()] },
  readInstallDevice: {
    args: async () => [await stubSession(), { info: { path: "x", usbVendorId: 1 } }, { signal: whole(neverAborts()) }],
  },
  planInstall: {
    args: () => [{ build: build(), parts: [part()], preserve: ["storage"] }, device(), { erase: "erase-settings" }],
  },
  runInstall: { args: async () => [await stubSession(), plan(), { signal: whole(neverAborts()) }] },
  trackInstall: { args: () => [plan()] },
  judgeBoot: { args: () => [["rst:0x1", "hello"]] },
  watchBoot: {
    args: () => [silentPort(), { baudRate: 115_200, waitMs: 10, onLine: () => {}, signal: whole(neverAborts()) }],
  },
};
