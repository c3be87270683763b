/** The library's options by the names they are typed by. */
const TYPED: Readonly<Record<string, string>> = {
  elfSha256Offset: "--elf-sha256-offset",
  force: "--force",
  maximumRevisionFull: "--max-rev-full",
  minimumRevision: "--min-rev",
  minimumRevisionFull: "--min-rev-full",
  padToBytes: "--pad-to-size",
  ramOnlyHeader: "--ram-only-header",
  "securePad v1": "--secure-pad",
  "securePad v2": "--secure-pad-v2",
};

/** A sentence of the library, which says "the option padToBytes", for someone who typed `--pad-to-size`. */
export function withTypedOptions(sentence: string): string {
  return sentence.replace(
    /\b([Tt]he option) (securePad v[12]|[A-Za-z0-9]+)/g,
    (whole, article: string, name: string) => {
      const typed = TYPED[name];
      return typed === undefined ? whole : `${article} ${typed}`;
    },
  );
}
