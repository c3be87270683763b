/** How often a fault occurs. */
export interface Occasions {
  /** So many occasions pass unharmed first; default 0. */
  readonly skip?: number | undefined;
  /** So many are hit then; default 1. */
  readonly times?: number | undefined;
}

export interface Rule {
  readonly matches: (value: number, operation: string) => boolean;
  skip: number;
  times: number;
}

/** Rules that count their own occasions. */
export class RuleList {
  #rules: Rule[] = [];

  add(matches: Rule["matches"], { skip = 0, times = 1 }: Occasions): void {
    this.#rules.push({ matches, skip, times });
  }

  strikes(value: number, operation: string): boolean {
    let struck = false;
    for (const rule of this.#rules) {
      if (rule.times <= 0 || !rule.matches(value, operation)) continue;
      if (rule.skip > 0) rule.skip--;
      else {
        rule.times--;
        struck = true;
      }
    }
    return struck;
  }

  clear(): void {
    this.#rules = [];
  }
}
