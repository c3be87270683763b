import { UnknownForm } from "./unknown-form.ts";

/** Deeper names are hostile. */
const MAXIMUM_DEPTH = 64;
/** A name that names itself in its substitutions doubles with each. */
const MAXIMUM_LENGTH = 16_384;

/** The letters of a mangled name, read from left to right. Throws `UnknownForm`. */
export class NameReader {
  readonly #text: string;
  #at = 2;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  protected get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  protected skip(letters: number): void {
    this.#at += letters;
  }

  protected next(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  protected need(expected: string): void {
    if (!this.next(expected)) throw new UnknownForm();
  }

  /** The letter that comes next; a method, because it changes with each step. */
  protected peek(): string {
    return this.#text[this.#at] ?? "";
  }

  protected peekTwo(): string {
    return this.#text.slice(this.#at, this.#at + 2);
  }

  protected deeper<T>(read: () => T): T {
    if (++this.#depth > MAXIMUM_DEPTH) throw new UnknownForm();
    const result = read();
    this.#depth--;
    return result;
  }

  protected bounded(text: string): string {
    if (text.length > MAXIMUM_LENGTH) throw new UnknownForm();
    return text;
  }

  protected number(): string {
    const digits = /^n?\d+/.exec(this.#text.slice(this.#at, this.#at + 24))?.[0];
    if (digits === undefined) throw new UnknownForm();
    this.#at += digits.length;
    return digits.replace("n", "-");
  }

  protected sourceName(): string {
    const digits = /^\d+/.exec(this.#text.slice(this.#at, this.#at + 6))?.[0];
    if (digits === undefined) throw new UnknownForm();
    this.#at += digits.length;
    const name = this.#text.slice(this.#at, this.#at + Number(digits));
    if (name.length !== Number(digits)) throw new UnknownForm();
    this.#at += name.length;
    return name.startsWith("_GLOBAL__N") ? "(anonymous namespace)" : name;
  }

  protected unnamedNumber(): number {
    const digits = /^\d*/.exec(this.#text.slice(this.#at, this.#at + 10))?.[0] ?? "";
    this.#at += digits.length;
    this.need("_");
    return digits === "" ? 1 : Number(digits) + 2;
  }

  protected discriminator(): void {
    const found = /^_(?:\d|_\d+_)/.exec(this.#text.slice(this.#at, this.#at + 16));
    if (found !== null) this.#at += found[0].length;
  }

  /** `_` is the first, `0_` the second, `1_` the third. */
  protected sequence(radix: number): number {
    const digits = /^[0-9A-Z]*/.exec(this.#text.slice(this.#at, this.#at + 6))?.[0] ?? "";
    this.#at += digits.length;
    this.need("_");
    return digits === "" ? 0 : Number.parseInt(digits, radix) + 1;
  }
}
