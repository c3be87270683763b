/** Why a chip that answers, or did, is not worked with any more, and what is said of it. */
export interface Failures {
  readonly "other-chip": { readonly found: string; readonly wanted: string };
  readonly "unknown-chip": { readonly what: string; readonly retired: string | undefined };
  readonly "other-loader": { readonly chip: string; readonly wanted: "rom" | "stub" };
  readonly "another-chip": { readonly chip: string; readonly expected: string | null; readonly found: string | null };
  readonly "was-reset": object;
  readonly "no-answer": object;
  readonly "rate-lost": { readonly refused: number; readonly before: number };
  readonly "stub-refused": { readonly status: string };
  readonly "stub-silent": object;
  readonly "stub-away": object;
  /** `obstacle`: the code of what speaks against the stub; null: it was not to be started. */
  readonly "stub-wanted": { readonly obstacle: string | null };
}

export interface FailureWords {
  readonly message: string;
  readonly hint: string;
}

type Words = { readonly [What in keyof Failures]: (facts: Failures[What]) => FailureWords };

const notStarted = (why: string): FailureWords => ({
  message: `Failed to start stub flasher: ${why}.`,
  hint: "Try again, with a lower baud rate if it persists, or work through the ROM loader.",
});
const LOADERS = { rom: "ROM loader", stub: "flasher stub" } as const;

const WORDS: Words = {
  "other-chip": ({ found, wanted }) => ({
    message: `This chip is ${found}, not ${wanted}. Wrong chip argument?`,
    hint: `Ask for the ${found}, or for any chip to have it detected.`,
  }),
  "unknown-chip": ({ what, retired }) => {
    const why =
      retired === undefined
        ? `The chip answers with the unknown ${what}.`
        : `The chip is an ${retired}, a pre-production chip that is no longer supported.`;
    return {
      message: `${why} Failed to autodetect chip type.`,
      hint: "Reset the chip and try again; if it stays, the chip is not one this version knows.",
    };
  },
  "other-loader": ({ chip, wanted }) => ({
    message: `The ${chip} answers through its ${LOADERS[wanted === "stub" ? "rom" : "stub"]} now, not its ${LOADERS[wanted]}.`,
    hint: "Start again.",
  }),
  "another-chip": ({ chip, expected, found }) => ({
    message: `Another ${chip} is connected now (MAC ${found ?? "not known"}) than before (MAC ${expected ?? "not known"}).`,
    hint: "Connect the chip that was there before, or start again with this one.",
  }),
  "was-reset": () => ({
    message: "The chip was reset: its ROM loader answers in place of the flasher stub.",
    hint: "A weak power supply resets chips while they write; use a better cable or supply and start again.",
  }),
  "no-answer": () => ({
    message: "The chip stopped answering and does not react to synchronisation.",
    hint: "Check cable and power supply, then start again; what was written so far is not verified.",
  }),
  "rate-lost": ({ refused, before }) => ({
    message: `The chip does not answer at ${refused} baud, nor at ${before} any more.`,
    hint: `Use a lower baud rate; ${before} worked for connecting.`,
  }),
  "stub-refused": ({ status }) => notStarted(`the ROM refused to start it (status ${status})`),
  "stub-silent": () => notStarted("there was no response"),
  "stub-away": () => notStarted("the ROM loader answers instead of it"),
  "stub-wanted": ({ obstacle }) => ({
    message: `Plugin commands require the stub flasher${obstacle === null ? "" : ", which this chip cannot run"}.`,
    hint: "NAND flash cannot be reached through the ROM loader.",
  }),
};

export function failureWords<What extends keyof Failures>(what: What, facts: Failures[What]): FailureWords {
  return WORDS[what](facts);
}
