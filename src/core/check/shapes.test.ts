import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { optional } from "./check.ts";
import { checkMilliseconds, checkSize, checkWord, wholeNumber } from "./numbers.ts";
import { shape } from "./shapes.ts";
import { checkSignal } from "./signal.ts";
import { checkBoolean, checkText, iterableOf, listOf } from "./values.ts";
import { oneOf } from "./words.ts";

interface Options {
  readonly name: string;
  readonly force?: boolean;
}
const check = shape<Options>({ name: checkText, force: optional(checkBoolean) });

describe("an object", () => {
  it("comes back with what is known of it, as it was when it was looked at", () => {
    let reads = 0;
    const options = {
      unknown: 1,
      force: undefined,
      get name() {
        return `read ${++reads}`;
      },
    };
    expect(check(options, "options")).toEqual({ name: "read 1" });
    expect(Object.keys(check(options, "options"))).toEqual(["name"]);
  });

  it.each([
    [undefined, "'options' must be an object, not undefined."],
    [[], "'options' must be an object, not an array."],
    [{}, "'options.name' must be a string, not undefined."],
    [{ name: 1n }, "'options.name' must be a string, not a bigint."],
    [{ name: "x", force: "no" }, "'options.force' must be true or false, not a string."],
    [{ name: "x", force: null }, "'options.force' must be true or false, not null."],
  ])("%# is refused by the name of what is wrong", (value, message) => {
    expect(thrown(() => check(value, "options")).message).toBe(message);
  });
});

describe("lists", () => {
  it("are arrays, each item by its number", () => {
    expect(listOf(checkWord)([1, 2], "numbers")).toEqual([1, 2]);
    expect(thrown(() => listOf(checkWord)([1, -2], "numbers")).message).toContain("'numbers[1]' must be");
    expect(thrown(() => listOf(checkWord)("12", "numbers")).message).toContain("must be an array");
  });

  it("may be sets where any will do, but no text", () => {
    expect(iterableOf(checkWord)(new Set([3]), "blocks")).toEqual([3]);
    expect(thrown(() => iterableOf(checkText)("ab", "names")).code).toBe("argument.invalid");
  });
});

describe("words", () => {
  const check = oneOf(["hard-reset", "no-reset"]);
  it("name the nearest", () => {
    expect(check("no-reset", "after")).toBe("no-reset");
    const { message, hint } = thrown(() => check("hardreset", "after"));
    expect(message).toBe("'after' cannot be 'hardreset'.");
    expect(hint).toBe("Did you mean 'hard-reset'? Choose from hard-reset, no-reset.");
  });
  it("are no names that every object has", () => {
    for (const word of ["__proto__", "constructor", "toString"])
      expect(thrown(() => check(word, "after")).code).toBe("argument.invalid");
  });
});

describe("numbers", () => {
  it.each([
    ["below zero", -1],
    ["with a fraction", 1.5],
    ["that is none", Number.NaN],
    ["without end", Number.POSITIVE_INFINITY],
    ["beyond 32 bits", 2 ** 32],
    ["as a text", "1"],
    ["that is missing", null],
    ["of unlimited size", 1n],
  ])("%s is no word", (_name, value) => {
    expect(thrown(() => checkWord(value, "address")).code).toBe("argument.invalid");
  });

  it("have ends", () => {
    expect(checkSize(2 ** 32, "size")).toBe(2 ** 32);
    expect(checkMilliseconds(0.5, "delay")).toBe(0.5);
    expect(thrown(() => wholeNumber(1, 4)(0, "count")).message).toBe(
      "'count' must be a whole number from 1 to 4, not 0.",
    );
    expect(thrown(() => wholeNumber(0)(-1, "count")).message).toContain("from 0 on");
  });
  it("are no bigints, and it is said how to make one of them", () => {
    expect(thrown(() => checkWord(1n, "address")).hint).toContain("Number(value)");
  });
});

describe("a signal", () => {
  it("is the host's, or one like it", () => {
    const { signal } = new AbortController();
    expect(checkSignal(signal, "options.signal")).toBe(signal);
    expect(thrown(() => checkSignal(new AbortController(), "options.signal")).code).toBe("argument.invalid");
  });
});
