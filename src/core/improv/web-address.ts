/**
 * Whether a text that a device sent is the address of a web page, whole and with nothing in it that could be taken for
 * something else: a scheme that a browser runs, a name and a password before the host, controls, spaces. Pure.
 */
export function isWebAddress(text: string): boolean {
  return text.length <= LONGEST && FORM.test(text);
}

const LONGEST = 255;
const FORM = /^https?:\/\/(?:[a-z0-9_.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:[/?#][!-~]{0,250})?$/i;
