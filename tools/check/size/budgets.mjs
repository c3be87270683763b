// What pages may cost. A page is what it imports of which doors; `run` names the work that is done with it to learn what more
// it loads; bytes are those of all counted files, each minified and compressed with gzip.
export const BUDGETS = [
  {
    page: "a flasher: connect, writeFlash, requestPort",
    imports: { index: ["connect", "writeFlash"], web: ["requestPort"] },
    run: "plain-write",
    bytes: 48_950,
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
