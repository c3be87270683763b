/** Where a format takes its arguments from. Null: there are no more. */
export interface FormatArguments {
  unsigned(sizeBytes: number): bigint | null;
  double(): number | null;
  /** The text that a pointer leads to. */
  text(): string | null;
}

const CONVERSION = /%([-+ 0#]{0,5})(\*|\d{1,4})?(?:\.(\*|\d{0,4}))?(hh|h|ll|l|j|z|t)?([diouxXcspfFeEgGaA%])/g;
const MISSING = "<missing>";
/** More than a line has; a width may come from the device. */
const MOST_WIDTH = 256;

/** What C's printf would write, of arguments as a frame of the log has them: 4 bytes each, 8 for `ll`, `j` and floating point. */
export function formatText(format: string, args: FormatArguments): string {
  return format.replace(CONVERSION, (_, flags: string, widthText, precisionText, length, kind: string) => {
    if (kind === "%") return "%";
    const star = (text: string | undefined): number | null =>
      text === undefined ? null : text === "*" ? Number(BigInt.asIntN(32, args.unsigned(4) ?? 0n)) : Number(text);
    const width = star(widthText);
    const precision = star(precisionText);
    const body = bodyOf(
      {
        kind,
        flags,
        precision,
        isLong: length === "ll" || length === "j",
        isChar: length === "hh",
        isShort: length === "h",
      },
      args,
    );
    return padded(body ?? MISSING, width ?? 0, width !== null && width < 0 ? `${flags}-` : flags, kind, precision);
  });
}

interface Conversion {
  readonly kind: string;
  readonly flags: string;
  readonly precision: number | null;
  readonly isLong: boolean;
  readonly isChar: boolean;
  readonly isShort: boolean;
}

function bodyOf(conversion: Conversion, args: FormatArguments): string | null {
  const { kind, flags, precision, isLong, isChar, isShort } = conversion;
  if (kind === "s") return args.text()?.slice(0, precision ?? undefined) ?? null;
  if (/[fFeEgGaA]/.test(kind)) {
    const value = args.double();
    return value === null
      ? null
      : signed(floating(Math.abs(value), kind, precision ?? 6), value < 0 || Object.is(value, -0), flags);
  }
  const word = args.unsigned(isLong ? 8 : 4);
  if (word === null) return null;
  const bits = isLong ? 64 : isChar ? 8 : isShort ? 16 : 32;
  if (kind === "c") return String.fromCharCode(Number(word & 0xffn));
  if (kind === "p") return `0x${BigInt.asUintN(32, word).toString(16)}`;
  if (kind === "d" || kind === "i") {
    const value = BigInt.asIntN(bits, word);
    return signed(digits(value < 0n ? -value : value, 10, precision), value < 0n, flags);
  }
  const value = BigInt.asUintN(bits, word);
  const radix = kind === "u" ? 10 : kind === "o" ? 8 : 16;
  const text = `${flags.includes("#") && value !== 0n && radix === 16 ? "0x" : ""}${digits(value, radix, precision)}`;
  return kind === "X" ? text.toUpperCase() : text;
}

const digits = (value: bigint, radix: number, precision: number | null): string =>
  value.toString(radix).padStart(Math.min(precision ?? 0, MOST_WIDTH), "0");

function signed(text: string, isNegative: boolean, flags: string): string {
  return `${isNegative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : ""}${text}`;
}

function floating(value: number, kind: string, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : "inf";
  const places = Math.min(Math.max(precision, 0), 100);
  // Exponents have two digits at least.
  const exponential = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
  if (/[fF]/.test(kind)) return value.toFixed(places);
  if (/[eE]/.test(kind)) return exponential(value.toExponential(places));
  return exponential(String(Number(value.toPrecision(Math.max(1, places)))));
}

function padded(body: string, width: number, flags: string, kind: string, precision: number | null): string {
  const wanted = Math.min(Math.abs(width), MOST_WIDTH);
  if (flags.includes("-")) return body.padEnd(wanted);
  const isZeroed = flags.includes("0") && !/[sc]/.test(kind) && (precision === null || /[fFeEgG]/.test(kind));
  if (!isZeroed) return body.padStart(wanted);
  const [, sign = "", number = ""] = /^([-+ ]?(?:0[xX])?)(.*)$/.exec(body) ?? [];
  return `${sign}${number.padStart(wanted - sign.length, "0")}`;
}
