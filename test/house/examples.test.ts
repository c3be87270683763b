import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { rolldown } from "rolldown";
import { build as vite } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROOT } from "../support/docs/pages.ts";
import { makeUserProject, type UserProject } from "../support/docs/user-project.ts";
import { PART_NAMES, partBytes } from "../support/install/release.ts";
import { BROWSER } from "../support/web/browser.ts";
import { lampManifest, missingParts, press, toChoice, toTheEnd } from "../support/web/lamp-page.ts";
import { type Site, startSite } from "../support/web/site.ts";

/** The examples in the project of a user who has installed the package, each run as its own process. */
let project: UserProject;

beforeAll(async () => {
  project = await makeUserProject();
});
afterAll(() => project.remove());

describe("the examples", () => {
  it("are all tried here", () => {
    const shown = readdirSync(`${ROOT}examples`);
    // Firmware has tests of its own: test/image/hello-firmware.test.ts, test/crash/monitor-decodes.test.ts; the button: test/elements.
    expect(shown.sort()).toEqual([
      "browser",
      "ci",
      "crash-esp32c3",
      "hello-esp32c3",
      "install-button",
      "node",
      "react",
      "vite",
    ]);
  });

  it("for Node: writes, and reads back the same", () => {
    const out = execFileSync(process.execPath, ["examples/node/flash-and-verify.mjs"], {
      cwd: project.folder,
      encoding: "utf8",
    });
    expect(out).toMatch(
      /^ESP32-C3 .*, [0-9a-f:]{17}\nthe chip's digest is that of the file\nread back, and the same\n$/,
    );
  });

  it("for Node: says what is wrong, and fails", () => {
    const args = ["examples/node/flash-and-verify.mjs", "virtual:esp32c3,wiring=no-rx"];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: "utf8" });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^connect\.silence: /)]);
  });

  it.skipIf(process.platform === "win32")("for CI: flashes, verifies and notices a bad board", () => {
    const out = execFileSync("sh", ["examples/ci/flash-and-verify.sh", "examples/hello-esp32c3/hello.bin"], {
      cwd: project.folder,
      encoding: "utf8",
      env: { PATH: `${project.commands}:${process.env["PATH"]}`, HOME: project.folder },
    });
    expect(out).toContain("Hash of data verified.");
    expect(out.trim().split("\n").at(-1)).toBe("flashed, verified, and a bad board is noticed");
    expect(JSON.parse(readFileSync(`${project.folder}/flash-id.json`, "utf8"))).toMatchObject({ type: "result" });
  });

  it("for CI: the workflow runs the script that is there", () => {
    const workflow = readFileSync(`${ROOT}examples/ci/workflow.yml`, "utf8");
    const runs = [...workflow.matchAll(/run: sh (\S+) (\S+)$/gm)];
    expect(runs).toHaveLength(1);
    for (const file of runs[0]?.slice(1) ?? []) expect(existsSync(`${ROOT}${file}`)).toBe(true);
  });

  it("for a page: bundles without a trace of Node, and flashes the board in the page", async () => {
    const html = readFileSync(`${ROOT}examples/browser/index.html`, "utf8");
    const source = readFileSync(`${ROOT}examples/browser/page.ts`, "utf8");
    for (const [, id = ""] of source.matchAll(/element(?:<\w+>)?\("(\w+)"\)/g)) expect(html).toContain(`id="${id}"`);
    expect(html).toContain('src="page.js"');
    const imports = await bundlePage(`${project.folder}/page`);
    expect(imports.filter((name) => name.startsWith("node:"))).toEqual([]);
    writeFileSync(`${project.folder}/page/click.mjs`, CLICK);
    const out = execFileSync(process.execPath, ["page/click.mjs"], { cwd: project.folder, encoding: "utf8" });
    expect(out).toMatch(/^ESP32-C3 .*\nthe chip's digest is that of the file\ndone\n$/);
  });
});

/** With the firmware of a release put beside them, in a browser with a board. */
describe.skipIf(BROWSER === undefined)("the examples that Vite builds", () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite(async (folder) => {
      for (const name of ["vite", "react"]) await buildWithVite(name, `${folder}/${name}`);
    });
    for (const [folder, name] of Object.entries({ vite: "Lamp", "react/stable": "Lamp", "react/beta": "Lamp beta" })) {
      site.files.set(`/${folder}/manifest.json`, JSON.stringify({ ...lampManifest(), name }));
      for (const part of PART_NAMES) site.files.set(`/${folder}/${part}`, partBytes(part));
    }
  });
  afterAll(() => site?.close());

  it("for Vite: installs with the button, and tells by the library what board it is", async () => {
    const { page, problems } = await site.open("/vite/index.html");
    await page.getByRole("button", { name: "What board is this?" }).click();
    await page.getByRole("status").getByText("ESP32-C3").waitFor();
    await toChoice(page);
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("for React: installs the release that was chosen", async () => {
    const { page, problems } = await site.open("/react/index.html");
    await page.getByLabel("Release").selectOption("beta");
    await press(page, "Install");
    await page.getByText("What happens to what is on the board?").waitFor();
    expect(await page.getByRole("heading", { level: 2 }).textContent()).toContain("Lamp beta");
    await toTheEnd(page);
    expect(await missingParts(page)).toEqual([]);
    expect(problems).toEqual([]);
  });
});

/** As `npm run build` of the example does; what Vite warns of fails. */
async function buildWithVite(name: string, folder: string): Promise<void> {
  const warnings: string[] = [];
  await vite({
    root: `${project.folder}/examples/${name}`,
    base: `/${name}/`,
    configFile: false,
    logLevel: "silent",
    build: { outDir: folder, rollupOptions: { onwarn: ({ message }) => warnings.push(message ?? "") } },
  });
  expect(warnings).toEqual([]);
}

/** Resolves with what the chunks import. */
async function bundlePage(folder: string): Promise<readonly string[]> {
  const bundle = await rolldown({
    cwd: project.folder,
    input: { page: "examples/browser/page.ts" },
    platform: "browser",
    external: [/^node:/],
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await bundle.write({ dir: folder, format: "esm" });
  await bundle.close();
  return output.flatMap((chunk) => (chunk.type === "chunk" ? [...chunk.imports, ...chunk.dynamicImports] : []));
}

/** As much of a page as the example touches: a file is chosen, the button of the virtual board is clicked. */
const CLICK = `
import { readFileSync } from "node:fs";
const elements = {
  log: { textContent: "" },
  progress: {},
  address: { value: "0x0" },
  file: { files: [new File([readFileSync("examples/hello-esp32c3/hello.bin")], "hello.bin")] },
  flash: {},
  try: {},
};
globalThis.document = { getElementById: (id) => elements[id] };
await import("./page.js");
await elements.try.onclick();
process.stdout.write(elements.log.textContent);
`;
