import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const rooms = ["core", "virtual", "node", "web"].map((room) =>
  fileURLToPath(new URL(`../../src/${room}`, import.meta.url)),
);
/** Where types are of what is handed out, or of what somebody else's library takes. */
const OTHERS = ["events.ts", "notice.ts", "pkcs11-binding.ts"];

it("every optional property may be there without a value, as callers with exact optional properties need", () => {
  const lines = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !OTHERS.some((one) => name.endsWith(one)))
      .flatMap((name) => readFileSync(join(room, name), "utf8").split("\n")),
  );
  const optional = lines.filter((line) => /^ +readonly \w+\?: .*;$/.test(line));
  expect(optional.length).toBeGreaterThan(100);
  expect(optional.filter((line) => !line.endsWith("undefined;"))).toEqual([]);
});

it("a number of bytes is called so: what ends in size alone is a size by name", () => {
  const sources = rooms.flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "web-serial-types.ts")
      .map((name) => ({ name, text: readFileSync(join(room, name), "utf8") })),
  );
  const options = /interface \w*(?:Options|Input|Range|Request) [^}]*\}/g;
  const declared = sources.flatMap(({ name, text }) =>
    [...text.matchAll(options)].flatMap(([body]) =>
      [...body.matchAll(/readonly (\w*[sS]ize)\??: ([^;]+);/g)].map(([, property, type]) => ({ name, property, type })),
    ),
  );
  expect(declared.map(({ property }) => property)).toContain("flashSize");
  expect(declared.filter(({ type }) => type?.includes("number"))).toEqual([]);
});
