/** What a page has to do with: features are asked for, never the name of a browser. */
export interface PageFeatures {
  readonly isSecure: boolean;
  readonly hasPorts: boolean;
}

export function pageFeatures(): PageFeatures {
  const { navigator, isSecureContext } = globalThis as { navigator?: object; isSecureContext?: boolean };
  const hasPorts = navigator !== undefined && ("serial" in navigator || "usb" in navigator);
  return { isSecure: isSecureContext === true, hasPorts };
}
