interface SystemWords {
  /** Goes behind "cannot be read: ". */
  readonly reason: string;
  readonly hint?: string | undefined;
}

/** What the system's codes for files mean; a person is shown these, a program the code. */
const SYSTEM_WORDS: Readonly<Record<string, SystemWords>> = {
  EACCES: { reason: "permission denied" },
  EPERM: { reason: "not permitted" },
  EISDIR: { reason: "it is a directory", hint: "Name a file in it." },
  ENOTDIR: { reason: "a part of its path is not a directory", hint: "Check the path." },
  ENOENT: { reason: "the directory does not exist", hint: "Check the path, or make the directory." },
  ENAMETOOLONG: { reason: "its name is too long", hint: "Give it a shorter name." },
  ELOOP: { reason: "its links lead in a circle", hint: "Check the symbolic links of the path." },
  EMFILE: { reason: "this program has too many files open", hint: "Name fewer files at once, or raise ulimit -n." },
  ENFILE: { reason: "this computer has too many files open", hint: "End other programs and try again." },
  ENOSPC: { reason: "the disk is full", hint: "Make room, or use another disk." },
  EDQUOT: { reason: "the disk quota is used up", hint: "Make room, or use another disk." },
  EFBIG: { reason: "it would become larger than is allowed", hint: "Use another disk." },
  EROFS: { reason: "the file system is read-only", hint: "Use another directory." },
  EBUSY: { reason: "it is in use", hint: "End the program that uses it, and try again." },
  ETXTBSY: { reason: "it is a program that runs", hint: "End it, and try again." },
  EIO: { reason: "the device failed", hint: "Try again; copy the file elsewhere if it can still be read." },
  ENXIO: { reason: "there is nothing behind its name", hint: "Name a file, or write to a file first and name that." },
  ENODEV: { reason: "there is no such device", hint: "Name a file." },
  EINVAL: { reason: "the system refuses its name or what is asked of it", hint: "Check the name." },
  ENOMEM: { reason: "there is not enough memory", hint: "End other programs and try again." },
  ESTALE: { reason: "it is gone from its server", hint: "Connect the network drive anew." },
  ETIMEDOUT: { reason: "its server does not answer", hint: "Check the network drive." },
  EEXIST: { reason: "it is there already" },
};

/** `ENOENT` of a system's error; of anything else its words. */
export function systemCode(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : String(cause);
}

/** The same for people, as the end of a sentence. */
export function systemWords(cause: unknown): string {
  const code = systemCode(cause);
  return SYSTEM_WORDS[code]?.reason ?? code;
}

export function systemHint(cause: unknown): string | undefined {
  return SYSTEM_WORDS[systemCode(cause)]?.hint;
}
