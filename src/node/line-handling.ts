/** What becomes of the client's DTR and RTS; see `ServeRfc2217Options.lines`. */
export type LineHandling = "pass-through" | "local-reset";
