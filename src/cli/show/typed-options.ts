/** The library's options, which stand in the details of what is said of them, by the names they are typed by. */
const TYPED: Readonly<Record<string, string | ((value: unknown) => string)>> = {
  elfSha256Offset: "--elf-sha256-offset",
  maximumRevisionFull: "--max-rev-full",
  minimumRevision: "--min-rev",
  minimumRevisionFull: "--min-rev-full",
  padToBytes: "--pad-to-size",
  ramOnlyHeader: "--ram-only-header",
  securePad: (value) => (value === "v1" ? "--secure-pad" : "--secure-pad-v2"),
};

/** The option that a notice or an error speaks of, as it is typed; null where it speaks of none. */
export function typedOption(details: Readonly<Record<string, unknown>> | undefined): string | null {
  const { option, value } = details ?? {};
  if (typeof option !== "string" || !Object.hasOwn(TYPED, option)) return null;
  const typed = TYPED[option];
  return typeof typed === "function" ? typed(value) : (typed ?? null);
}

/** Sentences by which scripts know a notice (fact sheets 2.5 and 8), where the library words it otherwise. */
const MARKERS: Readonly<Record<string, (details: Readonly<Record<string, unknown>>) => string>> = {
  "connect.no-reset": ({ before }) =>
    `Pre-connection option "${before}" was selected. Connecting fails if the chip is not in its loader already.`,
  "secure.given-iv": () => "--iv argument is for TESTING PURPOSES ONLY",
};

interface Told {
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** What a note or a warning says to someone who typed a command. */
export function noticeWords({ code, message, details }: Told): string {
  if (Object.hasOwn(MARKERS, code)) return MARKERS[code]?.(details ?? {}) ?? message;
  const option = typedOption(details);
  return option === null ? message : `${option}: ${message}`;
}
