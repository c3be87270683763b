import {
  EspError,
  isEspError,
  type PublicKey,
  requireVerified,
  type VerifiedBlockReport,
  verifySignaturesV2,
  verifySignatureV1,
} from "../../../../secure.ts";
import type { RunCommand, RunContext, RunResult } from "../../../context.ts";
import { readInput } from "../../../host/user-files.ts";
import { withHsm } from "../hsm.ts";
import { readPublicKeyFile } from "../key-files.ts";
import { requireOption } from "../outputs.ts";
import { blockFields, isWhole, kindOf, stateLine } from "./signature-blocks.ts";

export const run: RunCommand = async (context) => {
  const version = requireOption(context.options, "version");
  const data = await readInput(context.host, context.arguments.text("DATAFILE"));
  const key = await keyFor(context);
  return version === "1" ? await verifyV1(context, data, key) : await verifyV2(context, data, key);
};

async function keyFor(context: RunContext): Promise<PublicKey> {
  const { options } = context;
  if (options.flag("hsm")) return await withHsm(context, async ({ publicKey }) => publicKey);
  if (options.given("hsm-config")) {
    throw new EspError("argument.conflict", "The option --hsm-config requires --hsm.", { hint: "Add --hsm." });
  }
  return await readPublicKeyFile(context, requireOption(options, "keyfile"));
}

async function verifyV1({ print }: RunContext, data: Uint8Array, key: PublicKey): Promise<RunResult> {
  const { dataBytes, isValid } = await verifySignatureV1(data, key);
  print(`Verifying ${dataBytes} bytes of data...`);
  if (!isValid) {
    throw new EspError("secure.not-verified", "Signature is not valid.", {
      hint: "The file was signed with another key, or changed since.",
      details: { dataBytes },
    });
  }
  print("Signature is valid.");
  return { version: 1, dataBytes, verified: true };
}

async function verifyV2({ options, print }: RunContext, data: Uint8Array, key: PublicKey): Promise<RunResult> {
  const report = await verifySignaturesV2(data, key, { skipPadding: options.flag("skip-padding") });
  for (const block of report.blocks) for (const line of linesFor(block)) print(line);
  const fields = { dataBytes: report.dataBytes, verdict: report.verdict, blocks: report.blocks.map(blockFields) };
  try {
    requireVerified(report);
  } catch (error) {
    if (!isEspError(error)) throw error;
    const { code, message, hint } = error;
    throw new EspError(code, `Checked all blocks. ${message}`, {
      ...(hint !== undefined && { hint }),
      details: fields,
    });
  }
  return { version: 2, verified: true, ...fields };
}

function linesFor(block: VerifiedBlockReport): string[] {
  const { index, state, keyMatches } = block;
  if (!isWhole(block)) return [`Signature block ${index} invalid. Skipping.`];
  return [
    stateLine(block),
    state === "valid" && keyMatches
      ? `Signature block ${index} verification successful using the supplied key (${kindOf(block)}).`
      : `Signature block ${index} is not signed by the supplied key. Checking the next block...`,
  ];
}
