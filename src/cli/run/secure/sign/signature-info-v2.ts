import { EspError, inspectSignatures, type SignatureBlockReport } from "../../../../secure.ts";
import type { RunCommand } from "../../../context.ts";
import { readInput } from "../../../host/user-files.ts";
import { blockFields, complaintAbout, isWhole, kindOf, stateLine } from "./signature-blocks.ts";

export const run: RunCommand = async ({ host, options, print, arguments: words }) => {
  const file = words.text("DATAFILE");
  const skipPadding = options.flag("skip-padding");
  const { dataBytes, blocks } = await inspectSignatures(await readInput(host, file), { skipPadding });
  for (const line of linesFor(blocks)) print(line);
  const fields = { dataBytes, blocks: blocks.map(blockFields) };
  const complaint = blocks.map(complaintAbout).find((text) => text !== null);
  if (complaint === undefined || complaint === null) return fields;
  throw new EspError("secure.not-verified", complaint, {
    hint: "The file was changed after it was signed, or its signature is damaged: sign it again.",
    details: { file, ...fields },
  });
};

/** Up to the first place without a whole block, and what stands behind it all the same. */
function linesFor(blocks: readonly SignatureBlockReport[]): string[] {
  const end = blocks.findIndex((block) => !isWhole(block));
  const shown = end === -1 ? blocks : blocks.slice(0, end);
  const behind = end === -1 ? [] : blocks.slice(end + 1).filter(isWhole);
  return [
    ...shown.flatMap((block) => [stateLine(block), ...digestLine(block)]),
    ...(end === -1 ? [] : [`Signature block ${end} absent/invalid. Skipping checking next blocks...`]),
    ...behind.map((block) => `Signature block ${block.index} stands behind a gap (${kindOf(block)}).`),
  ];
}

function digestLine({ index, publicKeyDigest }: SignatureBlockReport): string[] {
  if (publicKeyDigest === null) return [];
  const bytes = [...publicKeyDigest].map((byte) => byte.toString(16).padStart(2, "0"));
  return [`Public key digest for block ${index}: ${bytes.join(" ")}`];
}
