import type { LinePiece } from "../../index.ts";

const PROMPT = "Press Enter to print core dump to UART";
const START = /={3,40} CORE DUMP START ={3,40}/;
const END = /={3,40} CORE DUMP END ={3,40}/;
/** The chip starts anew: the dump is cut off. */
const RESTART = /^ ?ets [A-Z][a-z]{2} |^ESP-ROM:|^rst:0x/;
/** Of a line without an end no more is looked at. */
const MOST_CHARACTERS = 4096;
/** No device has as much memory. */
const MOST_DUMP_CHARACTERS = 64 * 1024 * 1024;

export interface CoreDumpWatchListener {
  /** The device waits for a key before it prints the dump. */
  prompted(): void;
  /** The lines of a dump, from the first to the last marker. */
  dumped(text: string): void;
}

/** Sees a device offer its core dump, and print it. */
export class CoreDumpWatch {
  readonly #listener: CoreDumpWatchListener;
  #line = "";
  #isAnswered = false;
  #dump: { readonly rows: string[]; characters: number } | null = null;

  constructor(listener: CoreDumpWatchListener) {
    this.#listener = listener;
  }

  /** The prompt has no end of its line on every system. */
  piece({ text, starts }: LinePiece): void {
    if (starts) this.#isAnswered = false;
    this.#line = `${starts ? "" : this.#line}${text}`.slice(0, MOST_CHARACTERS);
    if (this.#isAnswered || !this.#line.includes(PROMPT)) return;
    this.#isAnswered = true;
    this.#listener.prompted();
  }

  line(text: string): void {
    if (START.test(text)) this.#dump = { rows: [text], characters: 0 };
    else if (this.#dump !== null && RESTART.test(text)) this.finish();
    else if (this.#dump !== null) {
      this.#dump.rows.push(text);
      this.#dump.characters += text.length;
      if (END.test(text) || this.#dump.characters > MOST_DUMP_CHARACTERS) this.finish();
    }
  }

  /** Nothing more will come: what is there of a dump is told. */
  finish(): void {
    const dump = this.#dump;
    this.#dump = null;
    if (dump !== null) this.#listener.dumped(dump.rows.join("\n"));
  }
}
