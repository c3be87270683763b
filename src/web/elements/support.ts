/** What a page has to do with: features are asked for, never the name of a browser. */
export interface PageFeatures {
  readonly isSecure: boolean;
  readonly hasPorts: boolean;
}

/** What is said of an error: its own sentence, and what to do. */
export function complaintOf(error: unknown): string {
  const { message, hint } = (error ?? {}) as { readonly message?: unknown; readonly hint?: unknown };
  const sentences = [message, hint].filter((text) => typeof text === "string" && text !== "");
  return sentences.length === 0 ? String(error) : sentences.join(" ");
}

export function pageFeatures(): PageFeatures {
  const { navigator, isSecureContext } = globalThis as { navigator?: object; isSecureContext?: boolean };
  const hasPorts = navigator !== undefined && ("serial" in navigator || "usb" in navigator);
  return { isSecure: isSecureContext === true, hasPorts };
}
