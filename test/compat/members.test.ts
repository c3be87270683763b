import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type * as Theirs from "esptool-js";
import { describe, expect, expectTypeOf, it } from "vitest";
import * as ours from "../../src/compat.ts";
import { page } from "../support/port/page.ts";

/**
 * What esptool-js declares is compared with what is declared here, member by member: by the compiler, and by reading its
 * declarations for what there has to be when the code runs.
 */
const declarations = new URL("../../node_modules/esptool-js/lib/", import.meta.url);

function declared(file: string): string {
  return readFileSync(fileURLToPath(new URL(file, declarations)), "utf8").replace(/\/\*[\s\S]*?\*\//g, "");
}

/** Public members of a class in a declaration file. */
function membersOf(file: string, name: string): string[] {
  const body = new RegExp(`class ${name}\\b[^{]*\\{([\\s\\S]*?)\\n\\}`).exec(declared(file))?.[1] ?? "";
  const lines = body
    .split("\n")
    .filter((line) => /^ {4}\S/.test(line) && !/^ {4}(?:private|protected|static) /.test(line));
  const names = lines.flatMap((line) => /^ {4}(?:abstract |readonly )*(\w+)\??\s*[(:]/.exec(line)?.[1] ?? []);
  return [...new Set(names)].filter((member) => member !== "constructor");
}

const LOADER = membersOf("esploader.d.ts", "ESPLoader");
const TRANSPORT = membersOf("webserial.d.ts", "Transport");
const ROM = membersOf("targets/rom.d.ts", "ROM");

/** Not there before there is something to tell. */
const LATER = new Set(["chip", "IMAGE_CHIP_ID", "USB_RAM_BLOCK"]);

describe("every member that esptool-js declares", () => {
  it("is found in its declarations", () => {
    expect(LOADER.length).toBeGreaterThan(80);
    expect(TRANSPORT.length).toBeGreaterThan(30);
    expect(ROM.length).toBeGreaterThan(25);
    expect(LOADER).toContain("writeFlash");
    expect(LOADER).not.toContain("identifyChip");
  });

  it("is there when the code runs", async () => {
    const { transport, loader } = page("esp32s3");
    const made = loader();
    await made.main();
    const missing = (names: readonly string[], object: object): string[] =>
      names.filter((name) => !(name in object) && !LATER.has(name));
    expect(missing(LOADER, made)).toEqual([]);
    expect(missing(TRANSPORT, transport)).toEqual([]);
    expect(missing(ROM, made.chip)).toEqual([]);
    expect("chip" in made).toBe(true);
    await transport.disconnect();
  });

  it("is exported, values and types", () => {
    const index = declared("index.d.ts");
    const names = [...index.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, isType, list = ""]) =>
      list
        .split(",")
        .map((name) => ({ name: name.trim(), isType: isType !== undefined }))
        .filter(({ name }) => name !== ""),
    );
    const door = readFileSync(fileURLToPath(new URL("../../src/compat.ts", import.meta.url)), "utf8");
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter(({ name, isType }) => !isType && !(name in ours))).toEqual([]);
    expect(names.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(door))).toEqual([]);
  });

  it("is told of in the document", () => {
    const document = readFileSync(fileURLToPath(new URL("../../docs/from-esptool-js.md", import.meta.url)), "utf8");
    const names = [
      ...LOADER.filter((name) => !/^[A-Z]/.test(name)),
      ...TRANSPORT,
      ...ROM.filter((name) => !/^[A-Z_]/.test(name)),
    ];
    expect(names.filter((name) => !document.includes(`\`${name}`))).toEqual([]);
  });
});

describe("the types", () => {
  /** Members of theirs whose type here would not do where theirs is expected. */
  type Unfit<Theirs, Ours> = {
    [Name in keyof Theirs]-?: Name extends keyof Ours ? (Ours[Name] extends Theirs[Name] ? never : Name) : Name;
  }[keyof Theirs];

  it("have every member of theirs", () => {
    expectTypeOf<Exclude<keyof Theirs.ESPLoader, keyof ours.ESPLoader>>().toBeNever();
    expectTypeOf<Exclude<keyof Theirs.Transport, keyof ours.Transport>>().toBeNever();
    expectTypeOf<Exclude<keyof Theirs.ROM, keyof ours.ROM>>().toBeNever();
    expectTypeOf<Exclude<keyof typeof Theirs, keyof typeof ours>>().toBeNever();
    expectTypeOf<Exclude<keyof Theirs.FlashOptions, keyof ours.FlashOptions>>().toBeNever();
    expectTypeOf<Exclude<keyof Theirs.LoaderOptions, keyof ours.LoaderOptions>>().toBeNever();
  });

  it("can be used like theirs: what is named here holds one of our classes, or a type that reaches it", () => {
    expectTypeOf<Unfit<Theirs.ESPLoader, ours.ESPLoader>>().toEqualTypeOf<"transport" | "constructResetSequence">();
    expectTypeOf<Unfit<Theirs.Transport, ours.Transport>>().toBeNever();
    expectTypeOf<Unfit<Theirs.ROM, ours.ROM>>().toBeNever();
  });

  it("take what callers of theirs pass", () => {
    expectTypeOf<Theirs.FlashOptions>().toExtend<ours.FlashOptions>();
    expectTypeOf<Theirs.IEspLoaderTerminal>().toExtend<ours.IEspLoaderTerminal>();
    expectTypeOf<Omit<Theirs.LoaderOptions, "transport" | "port" | "resetConstructors">>().toExtend<
      Omit<ours.LoaderOptions, "transport" | "port" | "resetConstructors">
    >();
    expectTypeOf<Theirs.Before>().toEqualTypeOf<ours.Before>();
    expectTypeOf<Theirs.After>().toEqualTypeOf<ours.After>();
    expectTypeOf<Theirs.FlashSizeValues>().toEqualTypeOf<ours.FlashSizeValues>();
    expectTypeOf<Theirs.FlashModeValues>().toEqualTypeOf<ours.FlashModeValues>();
    expectTypeOf<Theirs.FlashFreqValues>().toEqualTypeOf<ours.FlashFreqValues>();
    expectTypeOf<Theirs.SecurityInfo>().toEqualTypeOf<ours.SecurityInfo>();
    expectTypeOf<Theirs.FlashReadCallback>().toEqualTypeOf<ours.FlashReadCallback>();
  });
});
