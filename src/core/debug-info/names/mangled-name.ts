import { plain, pointerTo, qualified, referenceTo, type Type, written } from "./mangled-type.ts";
import { NameReader } from "./name-reader.ts";
import { BUILTIN_TYPES, OPERATORS, SPECIAL_NAMES, STANDARD_NAMES } from "./name-tables.ts";
import { UnknownForm } from "./unknown-form.ts";

interface Name {
  readonly text: string;
  /** Functions of templates tell what they return. */
  readonly tellsReturn: boolean;
  /** `const` and the like of a member function. */
  readonly qualifiers: string;
}

/** Reads a name of the Itanium C++ ABI from left to right. Throws `UnknownForm`. */
export class MangledName extends NameReader {
  #substitutions: Type[] = [];
  #templateArguments: readonly Type[] = [];

  whole(): string {
    const text = this.#encoding();
    if (!this.atEnd) throw new UnknownForm();
    return text;
  }

  #remember(type: Type): Type {
    this.bounded(written(type));
    this.#substitutions.push(type);
    return type;
  }

  #encoding(): string {
    return this.deeper(() => {
      const special = SPECIAL_NAMES[this.peekTwo()];
      if (special !== undefined) {
        this.skip(2);
        return special + written(this.#type());
      }
      if (this.next("GV")) return `guard variable for ${this.#name().text}`;
      if (this.peekTwo() === "Th" || this.peekTwo() === "Tv") return this.#thunk();
      const name = this.#name();
      if (this.atEnd || this.peek() === "E" || this.peek() === ".") return name.text + name.qualifiers;
      const returns = name.tellsReturn ? this.#type() : null;
      const signature = `${name.text}(${this.#parameters()})${name.qualifiers}`;
      return this.bounded(returns === null ? signature : `${returns.left} ${signature}${returns.right}`);
    });
  }

  #thunk(): string {
    const kind = this.next("Th") ? "non-virtual thunk to " : "virtual thunk to ";
    if (kind.startsWith("v")) this.need("Tv");
    this.number();
    this.need("_");
    if (kind.startsWith("v")) {
      this.number();
      this.need("_");
    }
    return kind + this.#encoding();
  }

  /** Up to the end or an `E`. */
  #parameters(): string {
    const types: string[] = [];
    while (!this.atEnd && this.peek() !== "E" && this.peek() !== ".") types.push(written(this.#type()));
    return types.length === 1 && types[0] === "void" ? "" : types.filter((text) => text !== "").join(", ");
  }

  #name(): Name {
    return this.deeper(() => {
      if (this.peek() === "N") return this.#nestedName();
      if (this.peek() === "Z") return this.#localName();
      if (this.peek() === "S" && this.peekTwo() !== "St") {
        const substituted = this.#substitution();
        if (this.peek() !== "I") throw new UnknownForm();
        return { text: written(substituted) + this.#arguments(), tellsReturn: true, qualifiers: "" };
      }
      const text = (this.next("St") ? "std::" : "") + this.#unqualified("");
      if (this.peek() !== "I") return { text, tellsReturn: false, qualifiers: "" };
      this.#remember(plain(text));
      return { text: text + this.#arguments(), tellsReturn: true, qualifiers: "" };
    });
  }

  #nestedName(): Name {
    this.need("N");
    let qualifiers = "";
    while (/[rVK]/.test(this.peek())) qualifiers = ` ${this.#qualifier()}${qualifiers}`;
    if (this.next("R")) qualifiers += " &";
    else if (this.next("O")) qualifiers += " &&";
    let text = "";
    let last = "";
    let tellsReturn = false;
    while (!this.next("E")) {
      if (this.peek() === "") throw new UnknownForm();
      if (this.peek() === "I") {
        text += this.#arguments();
        // Constructors, destructors and conversions return nothing that would be told.
        tellsReturn = last !== "";
      } else if (this.peek() === "S" && this.peekTwo() !== "St") {
        text = written(this.#substitution());
        last = lastPart(text);
        continue;
      } else if (this.peek() === "T") {
        text = written(this.#templateParameter());
      } else {
        const part = this.next("St") ? "std" : this.#unqualified(last);
        text = text === "" ? part : `${text}::${part}`;
        const isUnnamedReturn = part === last || part === `~${last}` || part.startsWith("operator ");
        last = isUnnamedReturn ? "" : part;
        tellsReturn = false;
        if (text === "std") continue;
      }
      if (this.peek() !== "E") this.#remember(plain(text));
      else this.bounded(text);
    }
    if (text === "") throw new UnknownForm();
    return { text, tellsReturn, qualifiers };
  }

  #localName(): Name {
    this.need("Z");
    const outer = this.#encoding();
    this.need("E");
    if (this.next("s")) {
      this.discriminator();
      return { text: `${outer}::string literal`, tellsReturn: false, qualifiers: "" };
    }
    const inner = this.#name();
    this.discriminator();
    return { ...inner, text: this.bounded(`${outer}::${inner.text}`) };
  }

  /** `enclosing`: the type whose constructor it may be. */
  #unqualified(enclosing: string): string {
    this.next("L");
    const name = this.#unqualifiedWithoutTags(enclosing);
    let tags = "";
    while (this.next("B")) tags += `[abi:${this.sourceName()}]`;
    return name + tags;
  }

  #unqualifiedWithoutTags(enclosing: string): string {
    if (/\d/.test(this.peek())) return this.sourceName();
    if (/^C[1-5]/.test(this.peekTwo())) {
      this.skip(2);
      return withoutArguments(enclosing);
    }
    if (/^D[0-5]/.test(this.peekTwo())) {
      this.skip(2);
      return `~${withoutArguments(enclosing)}`;
    }
    if (this.next("Ul")) {
      const parameters = this.#parameters();
      this.need("E");
      return `{lambda(${parameters})#${this.unnamedNumber()}}`;
    }
    if (this.next("Ut")) return `{unnamed type#${this.unnamedNumber()}}`;
    if (this.next("cv")) return `operator ${written(this.#type())}`;
    if (this.next("li")) return `operator"" ${this.sourceName()}`;
    const operator = OPERATORS[this.peekTwo()];
    if (operator === undefined) throw new UnknownForm();
    this.skip(2);
    return `operator${operator}`;
  }

  #arguments(): string {
    this.need("I");
    const list: Type[] = [];
    while (!this.next("E")) list.push(...this.#argument());
    this.#templateArguments = list;
    const text = list.map(written).join(", ");
    return this.bounded(text.endsWith(">") ? `<${text} >` : `<${text}>`);
  }

  #argument(): Type[] {
    return this.deeper(() => {
      if (this.next("J")) {
        const pack: Type[] = [];
        while (!this.next("E")) pack.push(...this.#argument());
        return pack;
      }
      if (this.next("L")) return [plain(this.#literal())];
      if (this.peek() === "X" || this.peek() === "") throw new UnknownForm();
      return [this.#type()];
    });
  }

  #literal(): string {
    if (this.next("_Z")) {
      const text = this.#encoding();
      this.need("E");
      return text;
    }
    const type = written(this.#type());
    const value = this.number();
    this.need("E");
    if (type === "bool") return value === "0" ? "false" : "true";
    if (type === "int") return value;
    const suffix = {
      "unsigned int": "u",
      long: "l",
      "unsigned long": "ul",
      "long long": "ll",
      "unsigned long long": "ull",
    }[type];
    return suffix === undefined ? `(${type})${value}` : value + suffix;
  }

  #qualifier(): string {
    if (this.next("r")) return "restrict";
    if (this.next("V")) return "volatile";
    this.need("K");
    return "const";
  }

  #type(): Type {
    return this.deeper(() => {
      const letter = this.peek();
      const builtin = BUILTIN_TYPES[letter === "D" ? this.peekTwo() : letter];
      if (builtin !== undefined) {
        this.skip(letter === "D" ? 2 : 1);
        return plain(builtin);
      }
      if (/[rVK]/.test(letter)) {
        const qualifier = this.#qualifier();
        return this.#remember(qualified(this.#type(), qualifier));
      }
      if (this.next("P")) return this.#remember(pointerTo(this.#type(), "*"));
      if (this.next("R")) return this.#remember(referenceTo(this.#type(), "&"));
      if (this.next("O")) return this.#remember(referenceTo(this.#type(), "&&"));
      if (this.next("Dp")) return this.#type();
      if (letter === "F") return this.#remember(this.#functionType());
      if (letter === "A") return this.#remember(this.#arrayType());
      if (letter === "M") return this.#remember(this.#memberPointer());
      return this.#namedType();
    });
  }

  #namedType(): Type {
    const letter = this.peek();
    if (letter === "T") return this.#withArguments(this.#remember(this.#templateParameter()));
    if (letter === "S" && this.peekTwo() !== "St") return this.#withArguments(this.#substitution());
    if (letter !== "N" && letter !== "Z" && letter !== "S" && !/\d/.test(letter) && letter !== "U")
      throw new UnknownForm();
    return this.#remember(plain(this.#name().text));
  }

  #withArguments(type: Type): Type {
    if (this.peek() !== "I") return type;
    return this.#remember(plain(written(type) + this.#arguments()));
  }

  #functionType(): Type {
    this.need("F");
    this.next("Y");
    const returns = this.#type();
    const right = `(${this.#parameters()})`;
    this.need("E");
    return { left: returns.left, right: right + returns.right, wrapsPointers: true };
  }

  #arrayType(): Type {
    this.need("A");
    const size = /\d/.test(this.peek()) ? this.number() : "";
    this.need("_");
    const element = this.#type();
    return { left: element.left, right: ` [${size}]${element.right}`, wrapsPointers: true };
  }

  #memberPointer(): Type {
    this.need("M");
    const owner = written(this.#type());
    return pointerTo(this.#type(), `${owner}::*`);
  }

  #templateParameter(): Type {
    this.need("T");
    const argument = this.#templateArguments[this.sequence(10)];
    if (argument === undefined) throw new UnknownForm();
    return argument;
  }

  #substitution(): Type {
    this.need("S");
    const standard = STANDARD_NAMES[this.peek()];
    if (standard !== undefined) {
      this.skip(1);
      return plain(standard);
    }
    const type = this.#substitutions[this.sequence(36)];
    if (type === undefined) throw new UnknownForm();
    return type;
  }
}

function lastPart(text: string): string {
  const plainText = withoutArguments(text);
  return plainText.slice(plainText.lastIndexOf("::") + 1).replace(/^:/, "");
}

function withoutArguments(text: string): string {
  const at = text.indexOf("<");
  return at < 0 ? text : text.slice(0, at);
}
