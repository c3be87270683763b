// What pages may cost. A page is what it imports of which doors; `run` names the work that is done with it to learn what more
// it loads; bytes are those of all counted files, each minified and compressed with gzip.
export const BUDGETS = [
  {
    page: "a flasher: connect, writeFlash, requestPort",
    imports: { index: ["connect", "writeFlash"], web: ["requestPort"] },
    run: "plain-write",
    // The aim is 45 KB, that is 46,080 bytes; this is what is reached, and 1 %. Changing headers of images still shares 14 modules
    // with the page, which esbuild puts into a file of its own (some 700 bytes). Not needed by a write that works, and still at the
    // start: the words of status codes, what is tried where no chip answers, resets other than the plain one, reading a Blob.
    bytes: 50_360,
  },
  { page: "parseImage", imports: { image: ["parseImage"] }, bytes: 8_000 },
];

/**
 * What is not counted: one chip's own facts (with what only they are written in), its stub, and the compressor. A file with
 * anything else in it is counted, and so is one of these that is loaded at the start.
 */
export const PARTS_APART = [
  /^core\/chip\/descriptors\//,
  /^core\/chip\/(?:identity|fields)\.js$/,
  /^core\/stub\/generated\//,
  /^core\/bytes\/deflate\.js$/,
  /^third-party\/pako\//,
];

/** The built button. `entries`: files by the beginning of their names, each with what it cannot do without. */
export const BUTTON_BUDGETS = [
  { page: "the install button, until it is pressed", entries: ["install-button"], bytes: 12_000 },
  {
    page: "the install button, as far as a chip is flashed",
    entries: ["install-button", "install-dialog"],
    // The aim is 70,000. The flasher in it is 50,000; Improv, the log and other languages come besides when they are wanted.
    bytes: 78_500,
  },
];
