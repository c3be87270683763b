/** An option that is not there (any more). Those that are only spelled otherwise (`--no_stub`) need no line. */
export interface ForeignOption {
  readonly names: readonly string[];
  /** What takes its place; null: nothing, it is left out. */
  readonly now: string | null;
  /** A value belongs to it, which is left out with it. */
  readonly takesValue?: true;
  /** It counts only with one of these values, which goes with it, also where the option itself is there. */
  readonly values?: readonly string[];
  /** The commands it belonged to; absent: any. */
  readonly commands?: readonly string[];
  /** One sentence. */
  readonly why?: string;
}

export const FOREIGN_OPTIONS: readonly ForeignOption[] = [
  // Dropped since esptool 4 (fact sheet 1.1).
  { names: ["--verify"], now: null, commands: ["write-flash"], why: "What is written is always verified." },
  { names: ["--diff", "-d"], values: ["yes"], now: "--diff", commands: ["verify-flash"] },
  { names: ["--diff", "-d"], values: ["no"], now: null, commands: ["verify-flash"] },
  {
    names: ["--version", "-v"],
    now: null,
    takesValue: true,
    commands: ["image-info"],
    why: "There is one form of output.",
  },
  {
    names: ["--spi-connection", "-sc"],
    now: null,
    takesValue: true,
    why: "It counts only for commands that use the flash of a chip.",
  },
  // Words of espflash and others.
  { names: ["--baud-rate", "--baudrate", "--speed", "--upload-speed", "-B"], now: "--baud" },
  { names: ["--serial", "--serial-port", "--device", "--tty", "--com", "-P"], now: "--port" },
  { names: ["--target", "--mcu", "--chip-name", "--board"], now: "--chip" },
  { names: ["--flash-frequency"], now: "--flash-freq" },
  { names: ["--quiet", "-q"], now: "--silent" },
  { names: ["--erase", "--erase-first", "--erase-flash"], now: "--erase-all", commands: ["write-flash"] },
  { names: ["-M"], now: "--monitor", commands: ["write-flash"] },
  { names: ["--output-file", "--out"], now: "--output" },
  { names: ["--no-verify"], now: null, why: "What is written is always verified; it takes the chip little time." },
  { names: ["--skip-update-check", "-S"], now: null, why: "Nothing is asked of the network." },
  { names: ["--non-interactive", "--no-input"], now: null, why: "Nothing is asked; only burning eFuses is." },
  { names: ["--confirm-port"], now: null, why: "The port is named in the output; --port chooses it." },
  { names: ["--list-all-ports"], now: null, why: "esptool ports lists them all." },
  {
    names: ["--monitor", "-M"],
    now: null,
    commands: ["erase-flash", "run", "load-ram"],
    why: "Type esptool monitor --reset after it.",
  },
  {
    names: ["--partition-table", "--bootloader"],
    now: null,
    takesValue: true,
    commands: ["write-flash"],
    why: "Name the file with its address instead, as in 0x8000 partitions.bin.",
  },
];
