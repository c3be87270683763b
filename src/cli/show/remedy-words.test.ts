import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { ERROR_CODES, EspError, type Remedy } from "../../index.ts";
import { ESPEFUSE } from "../programs/espefuse.ts";
import { ESPSECURE } from "../programs/espsecure.ts";
import { ESPTOOL } from "../programs/esptool.ts";
import { runRfc2217Server } from "../rfc2217-server/run-rfc2217-server.ts";
import { SPEC as SERVER } from "../rfc2217-server/spec.ts";
import { remedyWords, withRemediesOf } from "./remedy-words.ts";
import { renderError } from "./render-error.ts";
import { textWidth } from "./screen/text-width.ts";
import { fittedText } from "./screen/wrap-text.ts";
import { styleOf } from "./style.ts";

const PROGRAMS = [ESPTOOL, ESPEFUSE, ESPSECURE];
const ALL: readonly Remedy[] = [
  "force",
  "connect-without-reset",
  "list-ports",
  "choose-port",
  "detect-chip",
  "lower-baud-rate",
  "no-stub",
  "use-stub",
  "default-spi-connection",
  "keep-flash-voltage",
  "give-flash-size",
  "erase-region",
  "read-flash-status",
  "show-security-info",
  "show-chip",
  "make-ram-image",
  "sign-version-2",
  "make-version-1-key",
  "recover-efuses",
  "update-backup",
  "make-backup",
  "show-ota",
  "decrypt-flash",
  "make-encryption-key",
  "show-bad-blocks",
  "write-flash",
];
const error = new EspError("internal", "Something went wrong.", { remedies: ALL });

/** Each command of each program with the options that its line may have. */
async function lines() {
  const found: { readonly name: string; readonly options: ReadonlySet<string> }[] = [];
  for (const program of PROGRAMS)
    for (const { name } of program.commands) {
      const spec = await program.loadSpec(name);
      const options = new Set([...program.options, ...(spec?.options ?? [])].map((option) => option.name));
      found.push({ name: `${program.name} ${name}`, options });
    }
  found.push({ name: SERVER.name, options: new Set(SERVER.options.map((option) => option.name)) });
  return found;
}

describe("what to type", () => {
  it("names options of the line's own command only, and commands with their program", async () => {
    const all = await lines();
    expect(all.length).toBeGreaterThan(60);
    for (const { name, options } of all) {
      const words = remedyWords(withRemediesOf(error, options))?.split(/, (?:or )?/) ?? [];
      const own = words.filter((word) => !/^esp(?:tool|efuse|secure) /.test(word));
      const named = own.flatMap((word) => [...word.matchAll(/--([a-z-]+)/g)].map(([, option]) => option));
      expect(own.length, name).toBe(named.length);
      expect(
        named.filter((option) => option === undefined || !options.has(option)),
        name,
      ).toEqual([]);
    }
  });

  it("are commands and options that there are, where a program stands before them", async () => {
    const all = await lines();
    const commands = (remedyWords(error) ?? "").split(/, (?:or )?/).filter((word) => word.startsWith("esp"));
    expect(commands.length).toBeGreaterThan(5);
    for (const command of commands) {
      const [words = "", option] = command.split(" --");
      const line = all.find(({ name }) => name === words || words.startsWith(`${name} `));
      expect(line, command).toBeDefined();
      if (option !== undefined) expect(line?.options.has(option.split(" ")[0] ?? ""), command).toBe(true);
    }
  });

  it("is what esp-rfc2217-server takes, too, when its port cannot be opened", async () => {
    const host = testCliHost();
    host.openPort = () => Promise.reject(new EspError("port.missing", "No port.", { hint: "Look.", remedies: ALL }));
    expect(await runRfc2217Server(["/dev/ttyUSB0"], host)).toBe(1);
    const typed = /^ {2}try: {2}(.*)$/m.exec(host.err())?.[1]?.split(/, (?:or )?/) ?? [];
    expect(typed).toContain("esptool ports");
    expect(typed.filter((word) => !/^esp(?:tool|efuse|secure) /.test(word))).toEqual([]);
  });

  it("keeps the rest of the error", () => {
    const given = new EspError("flash.verify-failed", "No.", { hint: "Do.", remedies: ["no-stub", "force"], cause: 5 });
    const told = withRemediesOf(given, new Set(["force"]));
    expect(told).toMatchObject({ code: given.code, message: "No.", hint: "Do.", remedies: ["force"], cause: 5 });
    expect(told.stack).toBe(given.stack);
    expect(withRemediesOf(given, new Set(["force", "no-stub"]))).toBe(given);
  });

  it.each(ERROR_CODES)("breaks between words at 40 columns: %s", (code) => {
    const stream = {
      isTTY: true,
      columns: 40,
      write: () => {},
      isBroken: false,
      failure: undefined,
      onFailure: () => () => {},
    };
    const hint = "Fetch or unpack the file again, or take another one; by force this one is written all the same.";
    const text = fittedText(
      renderError(
        new EspError(code, "What was asked for cannot be done as it stands.", { hint, remedies: ALL }),
        styleOf(stream, {}),
        false,
      ),
      stream,
    );
    expect(text.split("\n").filter((line) => textWidth(line) > 40)).toEqual([]);
    if (code !== "operation.aborted") expect(text.replace(/\s+/g, " ")).toContain(`hint: ${hint}`);
  });
});

describe("what the command line says by itself", () => {
  const folder = fileURLToPath(new URL("../", import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !/[/\\]old-names/.test(name))
    .map((name) => ({ name, text: readFileSync(`${folder}${name}`, "utf8") }));

  it("names no option in a hint that no program has", async () => {
    const known = new Set((await lines()).flatMap(({ options }) => [...options]));
    for (const option of ["help", "version"]) known.add(option);
    const named = sources.flatMap(({ name, text }) =>
      [...text.matchAll(/\bhint:[^\n]*(?:\n[^\n]*){0,2}/g)].flatMap(([hint]) =>
        [...hint.matchAll(/--([a-z][a-z0-9-]+[a-z0-9])/g)].map(([, option]) => `${name}: ${option}`),
      ),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((line) => !known.has(line.slice(line.indexOf(": ") + 2)))).toEqual([]);
  });
});
