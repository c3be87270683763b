import { EspError, isEspError, type SecureNotice } from "../../../secure.ts";
import { CLI_SESSION, type RunContext } from "../../context.ts";
import { systemCode } from "../../host/system-words.ts";
import { writeError } from "../../host/user-files.ts";
import type { OptionValues } from "../../line/option-values.ts";

/** The value of an option that the command cannot do without. Throws `argument.invalid`. */
export function requireOption(options: OptionValues, name: string): string {
  const value = options.text(name);
  if (value !== undefined) return value;
  throw missingOption(name);
}

export function missingOption(name: string): EspError {
  return new EspError("argument.invalid", `The option '--${name}' is missing.`, {
    hint: "--help behind the command shows its options.",
    details: { option: `--${name}` },
  });
}

/** Options of several commands whose files are read on the way to a key. */
const FILES_BESIDE_KEYS = ["key-password-file", "hsm-config"] as const;

/** Nothing that is read may be written over. Throws `argument.conflict`. */
export async function refuseSameFile(
  { host, options }: RunContext,
  output: string,
  inputs: readonly string[],
): Promise<void> {
  const beside = FILES_BESIDE_KEYS.flatMap((name) => options.text(name) ?? []);
  for (const input of [...inputs, ...beside]) {
    if (!(await host.files.isSameFile(input, output))) continue;
    throw new EspError("argument.conflict", `The input '${input}' and the output '${output}' should not be the same!`, {
      hint: "Write to another file.",
      details: { input, output },
    });
  }
}

/** A file that only its owner may read, and that takes the place of none, but for --force. Throws `file.*`. */
export async function writeSecretOutput({ host, options }: RunContext, file: string, data: Uint8Array): Promise<void> {
  try {
    await host.files.writeSecret(file, data, { replace: options.flag("force") });
  } catch (cause) {
    if (isEspError(cause)) throw cause;
    if (systemCode(cause) !== "EEXIST") throw writeError(file, cause);
    throw new EspError("file.exists", `The file '${file}' already exists.`, {
      hint: "What was made with a key that is lost stays lost. Choose another name, or replace the file with --force.",
      details: { file },
      cause,
    });
  }
}

/** Which key is used is a line by itself, as scripts know it. */
export function showSecureNotices({ emit, print }: RunContext, notices: readonly SecureNotice[]): void {
  for (const { level, code, message } of notices) {
    if (code === "secure.key-used") print(message);
    else emit({ session: CLI_SESSION, type: level, code, message });
  }
}
