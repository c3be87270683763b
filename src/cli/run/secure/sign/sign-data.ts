import {
  EspError,
  type PrecalculatedSignature,
  type SignatureSource,
  signDataV1,
  signDataV2,
} from "../../../../secure.ts";
import { CLI_SESSION, type RunCommand, type RunContext, type RunResult } from "../../../context.ts";
import { outputNameFor } from "../../../host/output-name.ts";
import { checkOutput, readInput, writeOutput } from "../../../host/user-files.ts";
import { withHsm } from "../hsm.ts";
import { readPrivateKeyFile, readPublicKeyFile } from "../key-files.ts";
import { refuseSameFile, requireOption } from "../outputs.ts";

export const run: RunCommand = async (context) => {
  const { host, options } = context;
  const version = requireOption(options, "version");
  const file = context.arguments.text("DATAFILE");
  const output = options.text("output") ?? outputNameFor(file, () => file);
  refuseContradictions(context);
  const others = ["keyfile", "pub-key", "signature"].flatMap((name) => options.list(name));
  // Without --output the file is signed in place.
  await refuseSameFile(context, output, options.given("output") ? [file, ...others] : others);
  const data = await readInput(host, file);
  refuseKey(file, data);
  await checkOutput(host, output);
  const work = { file, output, data };
  return version === "1" ? await signV1(context, work) : await signV2(context, work);
};

interface Work {
  readonly file: string;
  readonly output: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

async function signV1(context: RunContext, { file, output, data }: Work): Promise<RunResult> {
  const { host, options, emit, print } = context;
  if (options.flag("hsm")) {
    throw new EspError("argument.conflict", "Secure boot V1 cannot be signed with an HSM.", {
      hint: "Its nonce must be made of the key, which no module does. Use a key file.",
    });
  }
  for (const name of ["append-signatures", "skip-padding"].filter((option) => options.flag(option))) {
    const message = `The option --${name} has no effect with --version 1.`;
    emit({ session: CLI_SESSION, type: "warning", code: "option.no-effect", message });
  }
  const source = await onlySource(context);
  const { bytes, dataBytes } = await signDataV1(data, source, { force: options.flag("force") });
  await writeOutput(host, output, bytes);
  print(`Signed ${dataBytes} bytes of data from "${file}".`);
  return { version: 1, output, dataBytes };
}

/** Version 1 has room for one signature. */
async function onlySource(context: RunContext): Promise<Parameters<typeof signDataV1>[1]> {
  const signatures = await readSignatures(context);
  const keys = context.options.list("keyfile");
  const count = signatures.length + keys.length;
  if (count !== 1) {
    throw new EspError("argument.invalid", `Version 1 takes exactly one key, and the line has ${count}.`, {
      hint: "Give one --keyfile, or one --signature with its --pub-key.",
    });
  }
  const [signature] = signatures;
  return signature ?? (await readPrivateKeyFile(context, keys[0] ?? ""));
}

async function signV2(context: RunContext, { file, output, data }: Work): Promise<RunResult> {
  const { host, options, print } = context;
  const append = options.flag("append-signatures");
  const skipPadding = options.flag("skip-padding");
  const signed = await withSources(context, (sources) => {
    print(`${sources.length} signing key(s) found.`);
    return signDataV2(data, sources, { append, skipPadding, force: options.flag("force") });
  });
  const { bytes, dataBytes, padBytes, blockCount, keptBlocks, scheme } = signed;
  // Only valid blocks of one kind are kept.
  const kind = scheme === "rsa3072" ? "RSA" : "ECDSA";
  for (let index = 0; index < keptBlocks; index++) print(`Signature block ${index} is valid (${kind}).`);
  if (skipPadding && dataBytes % 4096 !== 0) {
    print("Skipping sector padding. Data contents are not sector aligned.");
  }
  if (padBytes > 0) print(`Padded the data with ${padBytes} bytes of FF to whole sectors of 4096.`);
  if (append && keptBlocks === 0) print("There was no signature to append to: this is the first.");
  await writeOutput(host, output, bytes);
  const blocks = blockCount === 1 ? "1 signature block" : `${blockCount} signature blocks`;
  print(`Signed ${dataBytes} bytes of data from "${file}". Signature sector now has ${blocks}.`);
  return { version: 2, output, scheme, dataBytes, padBytes, blockCount, keptBlocks };
}

async function withSources<Result>(
  context: RunContext,
  work: (sources: readonly SignatureSource[]) => Promise<Result>,
): Promise<Result> {
  const { options } = context;
  if (options.flag("hsm")) return await withHsm(context, (signer) => work([signer]));
  const sources: SignatureSource[] = await readSignatures(context);
  for (const file of options.list("keyfile")) sources.push(await readPrivateKeyFile(context, file));
  return await work(sources);
}

/** Those of --signature, each with its --pub-key. */
async function readSignatures(context: RunContext): Promise<PrecalculatedSignature[]> {
  const { host, options } = context;
  const keys = options.list("pub-key");
  const found: PrecalculatedSignature[] = [];
  for (const [index, file] of options.list("signature").entries()) {
    const publicKey = await readPublicKeyFile(context, keys[index] ?? "");
    found.push({ publicKey, signature: await readInput(host, file, "key") });
  }
  return found;
}

function refuseContradictions({ options }: RunContext): void {
  const keys = options.list("pub-key").length;
  const signatures = options.list("signature").length;
  const isHsm = options.flag("hsm");
  if (isHsm && keys > 1) {
    throw new EspError("argument.invalid", `With --hsm there is one key, and the line has ${keys} public keys.`, {
      hint: "Give one --pub-key, or none: then the module is asked for it.",
    });
  }
  if (!isHsm && keys !== signatures) {
    throw new EspError(
      "argument.invalid",
      `There must be one --pub-key for each --signature: the line has ${keys} and ${signatures}.`,
      { hint: "Give them in the same order.", details: { publicKeys: keys, signatures } },
    );
  }
  if (options.given("hsm-config") && !isHsm) {
    throw new EspError("argument.conflict", "The option --hsm-config requires --hsm.", { hint: "Add --hsm." });
  }
}

/** The last file of `--keyfile A B` is taken as what is to be signed; a key that was meant so must not be written over. */
function refuseKey(file: string, data: Uint8Array<ArrayBuffer>): void {
  const start = new TextDecoder("latin1").decode(data.subarray(0, 4096));
  if (!/^-----BEGIN [A-Z0-9 ]*(?:KEY|PARAMETERS)-----/m.test(start)) return;
  throw new EspError("argument.invalid", `'${file}' is a key, and not what should be signed.`, {
    hint: "DATAFILE may be missing: name it last, behind the keys.",
    details: { file },
  });
}
