import type { Clock } from "../clock.ts";
import { reasonOf } from "../shield-listener.ts";
import { HexRows } from "./hex-rows.ts";
import type { Assembler, LineProcessor, LineSink } from "./line.ts";
import { LineAssembler } from "./line-assembler.ts";

/** Where everything arrives. */
export interface MonitorSink extends LineSink {
  /** What a processor has to say about the line before. */
  remark(text: string): void;
}

export interface MonitorPipelineOptions {
  readonly clock: Clock;
  readonly view: "text" | "hex";
  /** Asked in this order, about lines of text only. */
  readonly processors: readonly LineProcessor[];
  readonly sink: MonitorSink;
}

/** Bytes -> lines -> processors -> sink. Pure but for the clock, so a recording can be replayed through it. */
export function monitorPipeline({ clock, view, processors, sink }: MonitorPipelineOptions): Assembler {
  if (view === "hex") return new HexRows(clock, sink);
  const asked = processors.map(harmless);
  return new LineAssembler(clock, {
    piece: (piece) => sink.piece(piece),
    line: (line) => {
      sink.line(line);
      for (const processor of asked) for (const text of processor(line)) sink.remark(text);
    },
  });
}

/** A processor that fails is told of once; the lines go on. */
function harmless(processor: LineProcessor): LineProcessor {
  let hasFailed = false;
  return (line) => {
    try {
      return [...processor(line)];
    } catch (error) {
      if (hasFailed) return [];
      hasFailed = true;
      return [`What looks at the lines failed: ${reasonOf(error)}.`];
    }
  };
}
