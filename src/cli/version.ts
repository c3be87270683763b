/** The version of this package; a test compares it with package.json. */
export const VERSION = "0.1.0";

/**
 * The version of the reference tool whose commands and markers are followed. Scripts parse it from the first line of
 * output to decide which spelling of options to use, so it is a version of that tool and not of this one.
 */
export const REFERENCE_VERSION = "5.3.1";

/** What the command `version` prints. */
export const VERSION_LINES: readonly string[] = [REFERENCE_VERSION, `esptool-ts ${VERSION}`];

/** The first line of output. */
export function bannerOf(program: string): string {
  return `${program} v${REFERENCE_VERSION} (esptool-ts v${VERSION})`;
}
