import { type Occasions, RuleList } from "./rule-list.ts";

/** What the eFuse controller asks before it does something. Questions count, if not said otherwise: ask once. */
export interface EfuseFaultPlan {
  /** The bits that really get burned of those asked for; null: nothing takes, neither data nor parity. */
  burns(block: number, words: readonly number[]): readonly number[] | null;
  /** What the error registers say of a block besides what is true. Asking does not count. */
  reports(block: number): EfuseErrorReport | null;
  /** The controller never gets done with this command. */
  hangs(): boolean;
  /** The supply breaks down during this READ. */
  brownsOut(): boolean;
  /** A burn with timing registers that were never set comes to nothing. */
  readonly needsTiming: boolean;
}

/** As the registers of the Reed-Solomon chips have it; elsewhere any error is an error. */
export interface EfuseErrorReport {
  /** Wrong bytes that were put right, 0 to 7; BLOCK0: wrong bits. */
  readonly errors: number;
  readonly failed: boolean;
  /** BLOCK0: its error registers, instead of `errors` bits in the first. */
  readonly registers?: readonly number[] | undefined;
}

/** Faults of the eFuses, one small behaviour per call. Blocks go by number, bits count from the block's first. */
export interface EfuseFaultControls {
  /** The bit does not burn; for ever, unless `times` says otherwise. */
  stickEfuseBit(block: number, bit: number, occasions?: Occasions): void;
  /** The bit burns at the next burn of its block although nobody asked for it. */
  burnExtraEfuseBit(block: number, bit: number, occasions?: Occasions): void;
  /** The next burn of the block does not take at all: one that is tried twice works. */
  failEfuseBurn(block: number, occasions?: Occasions): void;
  /** The error registers report the block, until it was burned `mendsAfter` more times; default: for ever. */
  reportEfuseErrors(block: number, report: EfuseErrorReport & { readonly mendsAfter?: number }): void;
  /** The controller stays busy with the next command, until the next reset. */
  hangEfuseController(occasions?: Occasions): void;
  /** The chip browns out during the next READ, and with it goes the connection to its loader. */
  brownOutAtEfuseRead(occasions?: Occasions): void;
  /** Burns with timing registers that were never set come to nothing, on chips that need them set. */
  requireEfuseTiming(): void;
}

/** No fault at all. */
export const NO_EFUSE_FAULTS: EfuseFaultPlan = {
  burns: (_block, words) => words,
  reports: () => null,
  hangs: () => false,
  brownsOut: () => false,
  needsTiming: false,
};

export interface EfuseFaults {
  readonly plan: EfuseFaultPlan;
  readonly controls: EfuseFaultControls;
  clear(): void;
}

const FOR_EVER = { times: Number.POSITIVE_INFINITY } as const;

export function createEfuseFaults(): EfuseFaults {
  const rules = new RuleList();
  let needsTiming = false;
  let bits: { readonly block: number; readonly bit: number; readonly kind: "stuck" | "extra" }[] = [];
  let reports: { readonly block: number; readonly report: EfuseErrorReport; burnsLeft: number }[] = [];
  const strikes = (block: number, what: string): boolean => rules.strikes(block, what);
  const add = (block: number, what: string, occasions: Occasions): void =>
    rules.add((value, operation) => value === block && operation === what, occasions);
  const plan: EfuseFaultPlan = {
    burns(block, words) {
      if (strikes(block, "burn")) return null;
      for (const report of reports) if (report.block === block) report.burnsLeft--;
      const burned = [...words];
      for (const { block: where, bit, kind } of bits) {
        const word = Math.floor(bit / 32);
        const mask = (1 << (bit % 32)) >>> 0;
        const asked = ((words[word] ?? 0) & mask) !== 0;
        // A bit that sticks is only put to the test when it is asked for.
        if (where !== block || (kind === "stuck") !== asked || !strikes(block, `${kind} ${bit}`)) continue;
        burned[word] = ((burned[word] ?? 0) ^ mask) >>> 0;
      }
      return burned;
    },
    reports: (block) => reports.find(({ block: where, burnsLeft }) => where === block && burnsLeft > 0)?.report ?? null,
    hangs: () => strikes(0, "hang"),
    brownsOut: () => strikes(0, "brown-out"),
    get needsTiming() {
      return needsTiming;
    },
  };
  const bitFault = (kind: "stuck" | "extra", block: number, bit: number, occasions: Occasions): void => {
    // Several rules for one bit are still one bit.
    if (!bits.some((known) => known.block === block && known.bit === bit && known.kind === kind)) {
      bits.push({ block, bit, kind });
    }
    add(block, `${kind} ${bit}`, occasions);
  };
  const controls: EfuseFaultControls = {
    stickEfuseBit: (block, bit, occasions) => bitFault("stuck", block, bit, { ...FOR_EVER, ...occasions }),
    burnExtraEfuseBit: (block, bit, occasions = {}) => bitFault("extra", block, bit, occasions),
    failEfuseBurn: (block, occasions = {}) => add(block, "burn", occasions),
    reportEfuseErrors(block, { mendsAfter = Number.POSITIVE_INFINITY, ...report }) {
      reports.push({ block, report, burnsLeft: mendsAfter });
    },
    hangEfuseController: (occasions = {}) => add(0, "hang", occasions),
    brownOutAtEfuseRead: (occasions = {}) => add(0, "brown-out", occasions),
    requireEfuseTiming() {
      needsTiming = true;
    },
  };
  return {
    plan,
    controls,
    clear() {
      rules.clear();
      bits = [];
      reports = [];
      needsTiming = false;
    },
  };
}
