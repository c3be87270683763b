import type { Check } from "../check/check.ts";
import { hasParts, shape } from "../check/shapes.ts";
import { checkFunction, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import type { Clock } from "../clock.ts";
import { messageOf } from "../errors.ts";
import { checkClock } from "../port/check-port.ts";
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

const checkPipeline: Check<MonitorPipelineOptions> = shape<MonitorPipelineOptions>({
  clock: checkClock,
  view: oneOf(["text", "hex"]),
  processors: listOf(checkFunction),
  sink: hasParts<MonitorSink>("a sink with piece, line and remark", {
    piece: checkFunction,
    line: checkFunction,
    remark: checkFunction,
  }),
});

/** Bytes -> lines -> processors -> sink. Pure but for the clock, so a recording can be replayed through it. */
export function monitorPipeline(options: MonitorPipelineOptions): Assembler {
  const { clock, view, processors, sink } = checkPipeline(options, "options");
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
      return [`What looks at the lines failed: ${messageOf(error)}.`];
    }
  };
}
