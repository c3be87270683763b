import type {
  BacktraceEntry,
  CoreState,
  CrashDump,
  CrashReason,
  CrashSource,
  CrashSystem,
  NamedAddress,
  StackRow,
} from "../crash-dump.ts";

/** More than any panic handler prints; what is beyond is damage, or malice. */
const MOST = { registers: 256, entries: 256, rows: 4096, details: 64, cores: 8, addresses: 64, tasks: 64 } as const;

interface CoreDraft {
  core: number | null;
  registers: Record<string, number>;
  registerCount: number;
  backtrace: BacktraceEntry[];
  backtraceEnd: CoreState["backtraceEnd"];
  stack: StackRow[];
}

/** A crash while its lines come in. */
export class CrashDraft {
  readonly system: CrashSystem;
  machine: CrashDump["machine"] = null;
  reason: CrashReason = "unknown";
  isFatal = true;
  reasonText: string | null = null;
  core: number | null = null;
  cause: number | null = null;
  faultAddress: number | null = null;
  task: string | null = null;
  source: CrashSource | null = null;
  elfSha256: string | null = null;
  isComplete = false;
  /** The next line that is not empty has the words for the reason. */
  awaitsWords = false;
  readonly #details: string[] = [];
  readonly #lateTasks: string[] = [];
  readonly #cores: CoreDraft[] = [];
  readonly #addresses: NamedAddress[] = [];

  constructor(system: CrashSystem) {
    this.system = system;
  }

  /** The first reason stays: what follows a corrupt heap is an assertion that it is whole. */
  because(reason: CrashReason, text: string): void {
    if (this.reason !== "unknown") this.addDetail(text);
    else {
      this.reason = reason;
      this.reasonText = text;
    }
  }

  addDetail(text: string): void {
    if (this.#details.length < MOST.details) this.#details.push(text);
  }

  addLateTask(name: string): void {
    if (this.#lateTasks.length < MOST.tasks) this.#lateTasks.push(name);
  }

  addAddress(name: string, address: number): void {
    if (this.#addresses.length < MOST.addresses) this.#addresses.push({ name, address });
  }

  sourceAt(source: Partial<CrashSource>): void {
    this.source = { ...(this.source ?? { file: null, line: null, functionName: null, expression: null }), ...source };
  }

  /** What follows belongs to this core. */
  beginCore(core: number | null): void {
    const last = this.#cores.at(-1);
    if (last !== undefined && last.core === core && isEmpty(last)) return;
    if (this.#cores.length < MOST.cores)
      this.#cores.push({ core, registers: {}, registerCount: 0, backtrace: [], backtraceEnd: null, stack: [] });
  }

  get #current(): CoreDraft {
    if (this.#cores.length === 0) this.beginCore(this.core);
    return this.#cores.at(-1) as CoreDraft;
  }

  get hasRegisters(): boolean {
    return this.#cores.some(({ registerCount }) => registerCount > 0);
  }

  /** The first one stays: a later one is another register whose name lost a letter on its way, such as S11. */
  setRegister(name: string, value: number): void {
    const core = this.#current;
    if (core.registerCount >= MOST.registers || Object.hasOwn(core.registers, name)) return;
    core.registerCount++;
    core.registers[name] = value;
  }

  addEntry(entry: BacktraceEntry): void {
    const { backtrace } = this.#current;
    if (backtrace.length < MOST.entries) backtrace.push(entry);
  }

  endBacktrace(end: NonNullable<CoreState["backtraceEnd"]>): void {
    this.#current.backtraceEnd = end;
  }

  addRow(row: StackRow): void {
    const { stack } = this.#current;
    if (stack.length < MOST.rows) stack.push(row);
  }

  finish(): CrashDump {
    return {
      system: this.system,
      machine: this.machine ?? this.#machineByRegisters(),
      reason: this.reason,
      isFatal: this.isFatal,
      reasonText: this.reasonText,
      details: this.#details,
      core: this.core,
      cause: this.cause ?? this.#register("EXCCAUSE", "MCAUSE"),
      faultAddress: this.faultAddress ?? this.#register("EXCVADDR", "MTVAL"),
      task: this.task,
      source: this.source,
      lateTasks: this.#lateTasks,
      cores: this.#cores
        .filter((core) => !isEmpty(core))
        .map(({ core, registers, backtrace, backtraceEnd, stack }) => ({
          core,
          registers,
          backtrace,
          backtraceEnd,
          stack,
        })),
      addresses: this.#addresses,
      elfSha256: this.elfSha256,
      isComplete: this.isComplete,
    };
  }

  #register(...names: readonly string[]): number | null {
    for (const name of names) {
      const value = this.#cores[0]?.registers[name];
      if (value !== undefined) return value;
    }
    return null;
  }

  #machineByRegisters(): CrashDump["machine"] {
    const registers = this.#cores[0]?.registers ?? {};
    if ("MEPC" in registers) return "riscv";
    return "PC" in registers ? "xtensa" : null;
  }
}

function isEmpty({ registerCount, backtrace, stack }: CoreDraft): boolean {
  return registerCount === 0 && backtrace.length === 0 && stack.length === 0;
}
