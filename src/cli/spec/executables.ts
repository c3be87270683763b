/** The executables that are made of commands; one script completes the lines of all of them. */
export const EXECUTABLES = ["esptool", "espefuse", "espsecure"] as const;
