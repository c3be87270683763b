// Shelf: names of C++ and Rust as linkers know them, made readable.
// In: a mangled name.
// Out: the name as its source writes it; null where the form is not known.

import { checkText } from "../../check/values.ts";
import { MangledName } from "./mangled-name.ts";
import { UnknownForm } from "./unknown-form.ts";

/** Names are seldom longer than some hundred letters; a hostile one must not keep the processor busy. */
const MAXIMUM_LENGTH = 4096;
/** `.constprop.0` and the like: copies of a function that the compiler made for a purpose. */
const CLONE = /^\.(?:constprop|isra|part|cold|lto_priv|llvm)\b/;
/** Rust's older names: those of C++, and a digest of 16 digits as the last part. */
const RUST = /17h[0-9a-f]{16}E$/;

/**
 * The readable form of a mangled name: `hal::Driver::poll(int) const` for `_ZNK3hal6Driver4pollEi`. Null for a name that is not
 * mangled, and for forms that are rare or not known. Source: Itanium C++ ABI, section 5.1.
 */
export function demangle(name: string): string | null {
  checkText(name, "name");
  if (!name.startsWith("_Z") || name.length > MAXIMUM_LENGTH) return null;
  // No other part of a mangled name has a point, but Rust's.
  const point = name.indexOf(".");
  if (point > 0 && CLONE.test(name.slice(point))) {
    const original = demangle(name.slice(0, point));
    return original === null ? null : `${original} [clone ${name.slice(point)}]`;
  }
  if (RUST.test(name)) return demangleRust(name);
  try {
    return new MangledName(name).whole();
  } catch (error) {
    if (error instanceof UnknownForm) return null;
    throw error;
  }
}

/** `_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE` without its digest; `..` separates, `$LT$` and the like are punctuation. */
function demangleRust(name: string): string | null {
  const parts: string[] = [];
  let at = 3;
  while (at < name.length - 1) {
    const digits = /^\d+/.exec(name.slice(at))?.[0];
    if (digits === undefined) return null;
    at += digits.length;
    const part = name.slice(at, at + Number(digits));
    at += Number(digits);
    parts.push(part);
  }
  return parts.slice(0, -1).map(readableRust).join("::");
}

const RUST_PUNCTUATION: Readonly<Record<string, string>> = {
  SP: "@",
  BP: "*",
  RF: "&",
  LT: "<",
  GT: ">",
  LP: "(",
  RP: ")",
  C: ",",
  u7e: "~",
  u20: " ",
  u27: "'",
  u5b: "[",
  u5d: "]",
  u7b: "{",
  u7d: "}",
  u3b: ";",
  u2b: "+",
  u22: '"',
};

function readableRust(part: string): string {
  return part
    .replace(/^_\$/, "$")
    .replace(/\$([A-Za-z0-9]+)\$/g, (whole, code: string) => RUST_PUNCTUATION[code] ?? whole)
    .replaceAll("..", "::");
}
