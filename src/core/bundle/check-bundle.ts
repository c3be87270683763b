import { checkBytes } from "../check/bytes.ts";
import { type Check, optional, orNull } from "../check/check.ts";
import { checkAddress, checkBaudRate } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkChipId } from "../chip/chip-index.ts";
import { ERROR_CODES } from "../errors.ts";
import { checkPartitions } from "../partition/table/partition.ts";
import {
  BUNDLE_KINDS,
  type BundleFact,
  type BundleFile,
  type BundleProblem,
  type BundleSettings,
  FILE_ROLES,
  FILE_USES,
  type FlashBundle,
} from "./flash-bundle.ts";

const checkFile: Check<BundleFile> = shape<BundleFile>({
  name: checkText,
  role: oneOf(FILE_ROLES),
  partition: orNull(checkText),
  path: checkText,
  address: orNull(checkAddress),
  data: checkBytes,
  encrypted: checkBoolean,
  use: oneOf(FILE_USES),
  source: checkText,
});
const checkSettings: Check<BundleSettings> = shape<BundleSettings>({
  mode: oneOf(["qio", "qout", "dio", "dout", "keep"]),
  frequency: checkText,
  size: checkText,
});
const checkProblem: Check<BundleProblem> = shape<BundleProblem>({
  level: oneOf(["error", "warning"]),
  code: oneOf(ERROR_CODES),
  message: checkText,
  hint: optional(checkText),
  path: orNull(checkText),
});
const checkFact: Check<BundleFact> = shape<BundleFact>({ what: checkText, from: checkText });

export const checkBundle: Check<FlashBundle> = shape<FlashBundle>({
  kind: oneOf(BUNDLE_KINDS),
  folder: checkText,
  chip: orNull(checkChipId),
  files: listOf(checkFile),
  settings: checkSettings,
  leavesInLoader: checkBoolean,
  elfFiles: listOf(checkText),
  monitorBaud: orNull(checkBaudRate),
  partitions: orNull(checkPartitions),
  tableAddress: orNull(checkAddress),
  facts: listOf(checkFact),
  problems: listOf(checkProblem),
});
