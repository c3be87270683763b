import { fromBase64, toBase64 } from "../../bytes/base64.ts";
import { fromUtf8 } from "../../bytes/text.ts";
import { EspError } from "../../errors.ts";

/** One block between BEGIN and END lines (RFC 7468). */
export interface PemBlock {
  /** What stands in the BEGIN line, such as `EC PRIVATE KEY`. */
  readonly label: string;
  /** The lines `Name: value` of the old style (RFC 1421), in which OpenSSL told of its own encryption. */
  readonly headers: readonly string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const BOUNDARY = /^-----(BEGIN|END) ([A-Z0-9 ]+)-----$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** True for a text with at least the beginning of a PEM block. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return fromUtf8(bytes).includes("-----BEGIN ");
}

/**
 * The blocks of a PEM file, in order; text around them is ignored, as OpenSSL does.
 *
 * Errors: `secure.invalid-key` for a block that breaks off or is no base64.
 */
export function parsePem(bytes: Uint8Array): PemBlock[] {
  const blocks: PemBlock[] = [];
  let open: { label: string; lines: string[] } | null = null;
  for (const line of fromUtf8(bytes).split("\n")) {
    const text = line.trim();
    const [, kind, label = ""] = BOUNDARY.exec(text) ?? [];
    if (kind === "BEGIN") {
      if (open !== null) throw damaged();
      open = { label, lines: [] };
    } else if (kind === "END") {
      if (open?.label !== label) throw damaged();
      blocks.push({ label, ...decodeBody(open.lines) });
      open = null;
    } else open?.lines.push(text);
  }
  if (open !== null) throw damaged();
  return blocks;
}

function decodeBody(lines: readonly string[]): Pick<PemBlock, "headers" | "bytes"> {
  const headers = lines.filter((line) => line.includes(":"));
  const base64 = lines.filter((line) => !line.includes(":")).join("");
  if (base64 === "" || !BASE64.test(base64)) throw damaged();
  return { headers, bytes: fromBase64(base64) };
}

/** A PEM text of one block, lines of 64 characters. */
export function writePem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function damaged(): EspError {
  return new EspError("secure.invalid-key", "The PEM text is damaged.", {
    hint: "The lines from BEGIN to END must be whole, with nothing but base64 between them.",
  });
}
