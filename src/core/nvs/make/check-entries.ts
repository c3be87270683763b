import { toUtf8 } from "../../bytes/text.ts";
import { checkBytes } from "../../check/bytes.ts";
import { type Check, checkThat, invalidArgument } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkName, checkText } from "../../check/values.ts";
import { oneOf } from "../../check/words.ts";
import { INTEGERS, NVS_TYPES, type NvsEntry, type NvsNamespaceEntry, type NvsType } from "../nvs-values.ts";
import { LONGEST_NAME_BYTES } from "../page/entry-layout.ts";

/** The name of a namespace or key. */
export const checkNvsName: Check<string> = (value, argument) => {
  const name = checkName(value, argument);
  if (isNvsName(name)) return name;
  throw invalidArgument(argument, value, `a name of at most ${LONGEST_NAME_BYTES} bytes, without NUL`);
};

export function isNvsName(name: string): boolean {
  return name.length > 0 && toUtf8(name).length <= LONGEST_NAME_BYTES && !name.includes("\0");
}

const checkRest: Check<{ readonly namespace: string; readonly key: string }> = shape({
  namespace: checkNvsName,
  key: checkNvsName,
});
const checkType: Check<{ readonly type: NvsType | "namespace" }> = shape<{ readonly type: NvsType | "namespace" }>({
  type: oneOf<NvsType | "namespace">([...NVS_TYPES, "namespace"]),
});
const checkNamespace: Check<{ readonly namespace: string }> = shape({ namespace: checkNvsName });

function valueCheck(type: NvsType): Check<NvsEntry["value"]> {
  if (type === "blob") return checkBytes;
  if (type === "string")
    return (value, argument) => {
      const text = checkText(value, argument);
      if (text.includes("\0"))
        throw invalidArgument(argument, value, "a string without NUL, which ends a string in NVS");
      return text;
    };
  const { lowest, highest, sizeBytes } = INTEGERS[type];
  const form = sizeBytes === 8 ? "bigint" : "number";
  return checkThat<number | bigint>(
    (value) => isWhole(value, form) && BigInt(value) >= lowest && BigInt(value) <= highest,
    `a whole ${form} from ${lowest} to ${highest}`,
  );
}

function isWhole(value: unknown, form: "bigint" | "number"): value is number | bigint {
  return typeof value === form && (typeof value === "bigint" || Number.isInteger(value));
}

/** A value under its name. */
export const checkEntry: Check<NvsEntry> = (value, argument) => {
  const { type } = checkType(value, argument);
  if (type === "namespace") throw invalidArgument(`${argument}.type`, type, "the type of a value");
  return { ...checkRest(value, argument), ...checkTypedValue(type, value, argument) } as NvsEntry;
};

function checkTypedValue(type: NvsType, value: unknown, argument: string): object {
  const checked = shape<{ readonly value: NvsEntry["value"] }>({ value: valueCheck(type) })(value, argument);
  return { type, ...checked };
}

/** A value, or a namespace by itself. */
export const checkMadeEntry: Check<NvsEntry | NvsNamespaceEntry> = (value, argument) => {
  const { type } = checkType(value, argument);
  return type === "namespace" ? { type, ...checkNamespace(value, argument) } : checkEntry(value, argument);
};
