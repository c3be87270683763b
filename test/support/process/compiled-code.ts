/**
 * For the environment of programs: compiled code is shared by all that tests start, and apart from their home folders, where tests look
 * for what a program itself wrote. Where the system knows no other place none is kept.
 */
export const SHARED_CODE: Readonly<Record<string, string>> =
  process.platform === "linux"
    ? { XDG_CACHE_HOME: `${process.env["BUILT_FOLDER"]}cache` }
    : { NODE_DISABLE_COMPILE_CACHE: "1" };
