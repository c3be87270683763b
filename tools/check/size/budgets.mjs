// What pages may cost. A page is what it imports of which doors; `run` names the work that is done with it to learn what more
// it loads; bytes are those of all counted files, each minified and compressed with gzip.
export const BUDGETS = [
  {
    page: "a flasher: connect, writeFlash, requestPort",
    imports: { index: ["connect", "writeFlash"], web: ["requestPort"] },
    run: "plain-write",
    // What is reached, and 1 %: just below the aim of 45 KB. Measured with a port that closes for a change of its rate, as those of Web
    // Serial do. A line whose rate is ours to find loads the search for it besides (2.8 KB): when there is much to send, and on other
    // ports with the stub. And several files the proof that none was written over another (0.9 KB). Not needed by a
    // write that works, and still at the start: the repair of what did not arrive, which has to be at hand.
    bytes: 46_070,
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
    // The aim is 70 KB, that is 71,680 bytes; this is what is reached, and 1 %. Improv, the log and other languages come besides when they are wanted.
    bytes: 70_630,
  },
];
