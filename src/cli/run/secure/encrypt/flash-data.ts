import type { FlashEncryption, FlashEncryptionResult } from "../../../../secure.ts";
import type { RunContext, RunResult } from "../../../context.ts";
import { readInput, writeOutput } from "../../../host/user-files.ts";
import type { OptionValues } from "../../../line/option-values.ts";
import { missingOption, refuseSameFile, requireOption, showSecureNotices } from "../outputs.ts";

export interface FlashDataWork {
  /** The argument that names the file to read. */
  readonly argument: string;
  /** For people: `Encrypted`. */
  readonly done: string;
  readonly convert: (
    encryption: FlashEncryption,
    address: number,
    data: Uint8Array<ArrayBuffer>,
  ) => FlashEncryptionResult;
}

/** What encrypting and decrypting have in common. */
export async function convertFlashData(context: RunContext, work: FlashDataWork): Promise<RunResult> {
  const { host, options, print } = context;
  const input = context.arguments.text(work.argument);
  const keyFile = requireOption(options, "keyfile");
  const output = requireOption(options, "output");
  const address = options.number("address");
  if (address === undefined) throw missingOption("address");
  await refuseSameFile(context, output, [input, keyFile]);
  const data = await readInput(host, input);
  const encryption = encryptionOf(options, await readInput(host, keyFile, "key"));
  const { data: converted, paddingBytes, notices } = work.convert(encryption, address, data);
  showSecureNotices(context, notices);
  await writeOutput(host, output, converted);
  print(`${work.done} ${data.length} bytes at address 0x${address.toString(16)} to "${output}".`);
  return { output, scheme: encryption.scheme, address, sizeBytes: converted.length, paddingBytes };
}

function encryptionOf(options: OptionValues, key: Uint8Array<ArrayBuffer>): FlashEncryption {
  if (options.flag("aes-xts")) return { scheme: "aes-xts", key };
  const flashCryptConfig = options.number("flash-crypt-conf");
  return { scheme: "esp32", key, ...(flashCryptConfig !== undefined && { flashCryptConfig }) };
}
