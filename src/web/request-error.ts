import { EspError, isEspError } from "../core/errors.ts";
import type { PortKind } from "./port-kinds.ts";

const NAMES: Readonly<Record<PortKind, string>> = { serial: "serial port", usb: "USB device" };

/**
 * Why a page was given no port. Errors are told apart by their name, as the specifications define them; `undefined`: there was
 * nobody to ask. `isSecure`: what the browser says of the page. `details.reason` tells programs which of the reasons it is.
 */
export function requestError(cause: unknown, kind: PortKind | undefined, isSecure: boolean): EspError {
  if (isEspError(cause)) return cause;
  if (cause === undefined) return isSecure ? noApiError() : insecureError();
  const what = NAMES[kind ?? "serial"];
  const name = (cause as { readonly name?: unknown } | null)?.name;
  if (name === "SecurityError") {
    if (!isAllowedByPolicy(kind ?? "serial"))
      return new EspError("port.permission", `A policy of this page, or of the page around it, forbids ${what}s.`, {
        hint: `Whoever serves the page can allow it: Permissions-Policy: ${kind}=(self), and allow="${kind}" at a frame.`,
        details: { reason: "policy" },
        cause,
      });
    return new EspError("port.permission", `This page is not allowed to ask for a ${what}.`, {
      hint: "Ask from a click, on a page served over https or from localhost, with serial ports allowed by its policy.",
      details: { reason: "not-allowed" },
      cause,
    });
  }
  if (name === "NotFoundError") {
    return new EspError("port.none-found", `No ${what} was chosen.`, {
      hint: "If the board is not in the list, check that the cable carries data and that its driver is installed.",
      cause,
    });
  }
  return new EspError("port.failed", `The browser did not give a ${what}.`, {
    hint: "Ask again from a click, and choose a port.",
    cause,
  });
}

function insecureError(): EspError {
  return new EspError("port.permission", "Browsers give ports to pages only that were served securely.", {
    hint: "Open the page over https, or from localhost.",
    details: { reason: "insecure" },
  });
}

function noApiError(): EspError {
  return new EspError("port.unsupported", "This browser has no serial ports and no USB.", {
    hint:
      "Use Chrome, Edge, Opera, or Firefox from version 151 on a computer, or Chrome on Android; on a page served over https or " +
      "from localhost. Browsers on iPhones and iPads have neither.",
    details: { reason: "no-api" },
  });
}

interface PolicyLike {
  allowsFeature(feature: string): boolean;
}

/** True where the browser does not say. */
function isAllowedByPolicy(kind: PortKind): boolean {
  const { document } = globalThis as {
    readonly document?:
      | { readonly permissionsPolicy?: PolicyLike | undefined; readonly featurePolicy?: PolicyLike | undefined }
      | undefined;
  };
  const policy = document?.permissionsPolicy ?? document?.featurePolicy;
  return policy?.allowsFeature(kind) ?? true;
}
