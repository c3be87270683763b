import type { NvsProblemCode } from "../nvs-values.ts";

/** A problem as it is found, when the names of namespaces are not known yet. */
export interface Finding {
  readonly code: NvsProblemCode;
  readonly message: string;
  readonly offset: number | null;
  readonly namespaceIndex: number | null;
  readonly key: string | null;
}

export function finding(
  code: NvsProblemCode,
  message: string,
  offset: number | null,
  named: { readonly namespaceIndex: number; readonly key: string } | null = null,
): Finding {
  return { code, message, offset, namespaceIndex: named?.namespaceIndex ?? null, key: named?.key ?? null };
}
