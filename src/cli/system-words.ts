const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is not a directory",
  ENOENT: "the directory does not exist",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would become larger than is allowed",
  EIO: "the device failed",
  EBUSY: "it is in use",
  ENAMETOOLONG: "its name is too long",
  ELOOP: "its links lead in a circle",
};

/** The system's name of what went wrong, such as `ENOENT`. */
export function systemCode(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : String(cause);
}

/** The same for people, as the end of a sentence. */
export function systemWords(cause: unknown): string {
  const code = systemCode(cause);
  return SYSTEM_WORDS[code] ?? code;
}
