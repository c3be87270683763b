import { describe, expect, it } from "vitest";
import { manifestTree } from "../../site/device/manifest-tree.ts";
import { bundleOf } from "../../site/device/write-bundle.ts";
import { type FlashBundle, planFlash } from "../../src/bundle.ts";
import { connect, disconnect } from "../../src/index.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { fakeServer } from "../support/install/fake-server.ts";
import { PART_NAMES, PLACES, partBytes } from "../support/install/release.ts";

const PAGE = "https://example.org/";
const URL = `${PAGE}release/manifest.json`;

/** The sample release, whose parts have these addresses, each relative to the manifest. */
async function got(names: readonly string[]): Promise<FlashBundle> {
  const parts = PART_NAMES.map((name, index) => ({ path: names[index] ?? name, offset: PLACES[name].offset }));
  const files = Object.fromEntries(
    PART_NAMES.map((name, index) => [`${PAGE}release/${names[index] ?? name}`, partBytes(name)]),
  );
  const { fetch } = fakeServer({ ...files, [URL]: JSON.stringify({ builds: [{ chipFamily: "ESP32-C3", parts }] }) });
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  const session = await connect(chip.port);
  try {
    const { signal } = new AbortController();
    const source = { url: URL, page: PAGE, fetch, port: chip.port, signal };
    return await bundleOf(await manifestTree(session, source), "esp32c3");
  } finally {
    await disconnect(session);
  }
}

async function expectWhole(names: readonly string[]): Promise<readonly string[]> {
  const bundle = await got(names);
  expect(bundle.kind).toBe("web-manifest");
  const { files } = planFlash(bundle);
  expect(files.map(({ address }) => address)).toEqual(PART_NAMES.map((name) => PLACES[name].offset));
  for (const [index, name] of PART_NAMES.entries())
    expect(Buffer.compare(files[index]?.data ?? new Uint8Array(), partBytes(name)), name).toBe(0);
  return files.map(({ path }) => path);
}

describe("a release that the page gets", () => {
  it("may have a part that is called as the manifest is", async () => {
    expect(await expectWhole(["files/manifest.json"])).toContain("0/manifest.json");
  });

  it("may have parts of one name, and of a name by which builds are known", async () => {
    const paths = await expectWhole(["a/x.bin", "b/x.bin", "flasher_args.json", "platformio.ini"]);
    expect(paths.slice(0, 4)).toEqual(["0/x.bin", "1/x.bin", "flasher_args.json", "platformio.ini"]);
  });

  it("has names that lead nowhere and hide nothing", async () => {
    const paths = await expectWhole(["a%2F..%2Fx.bin", "%E2%80%AEnib.exe", "%2E%2E%5Cy.bin", "%2e%2e%2f"]);
    expect(paths.slice(0, 4)).toEqual(["a_.._x.bin", "_nib.exe", ".._y.bin", ".._"]);
  });
});
