// Shelf: what the operating system says of devices: names, rights, holders, USB; and its errors in words.
// In: paths and system errors.
// Out: facts and `EspError`s.

/**
 * Everything about serial ports that differs between operating systems. Other files ask for a fact by name and never
 * for the name of the system.
 */

export interface SerialPlatform {
  readonly name: "linux" | "macos" | "windows" | "other";
  /** Both lines change in one system call. Windows has one call per line. */
  readonly atomicLines: boolean;
  /** Where the list of ports comes from: the kernel's files, or the serial library. */
  readonly listing: "sysfs" | "library";
  /** The driver can be asked which baud rate it really uses. */
  readonly reportsBaudRate: boolean;
  /** The path the system call wants, from what a person or the library writes. */
  nativePath(path: string): string;
  /** The path to show for a port, or null for a port that is never a chip's. */
  listedPath(path: string): string | null;
  /** What to do when the system refuses access; `group` owns the device, where known. */
  permissionHint(path: string, group: string | undefined): string;
}

/** Linux: Debian and Fedora call the group `dialout`, Arch calls it `uucp`. */
function linuxPermissionHint(path: string, group: string | undefined): string {
  const again = "then log out and in again.";
  if (group !== undefined && group !== "root") {
    return `Join the group '${group}' with: sudo usermod -a -G ${group} $USER, ${again}`;
  }
  return (
    `See who owns it with: ls -l ${path}. Serial ports usually belong to the group dialout (Debian, Fedora) or uucp ` +
    `(Arch): sudo usermod -a -G dialout $USER, ${again}`
  );
}

const linux: SerialPlatform = {
  name: "linux",
  atomicLines: true,
  listing: "sysfs",
  reportsBaudRate: true,
  nativePath: (path) => path,
  listedPath: (path) => path,
  permissionHint: linuxPermissionHint,
};

/** Names that macOS gives to ports without a plug (fact sheet 2.1). */
const MACOS_BUILT_IN = ["Bluetooth-Incoming-Port", "wlan-debug", "cu.debug-console", "tty.debug-console"];

const macos: SerialPlatform = {
  name: "macos",
  atomicLines: true,
  listing: "library",
  reportsBaudRate: false,
  nativePath: (path) => path,
  // Each port has two nodes; opening tty.* is meant to wait for a carrier, cu.* is the one for calling out.
  listedPath: (path) =>
    MACOS_BUILT_IN.some((name) => path.endsWith(name)) ? null : path.replace(/^\/dev\/tty\./, "/dev/cu."),
  permissionHint: (path) => `See who owns it with: ls -l ${path}.`,
};

const windows: SerialPlatform = {
  name: "windows",
  // The serial library writes RTS first and DTR after it in every call. That is also what Microsoft's usbser driver
  // needs: it hands a changed RTS to the device only together with the next write of DTR (fact sheet 2.3).
  atomicLines: false,
  listing: "library",
  reportsBaudRate: true,
  // The library puts the device prefix in front itself.
  nativePath: (path) => path.replace(/^\\\\[.?]\\/, "").toUpperCase(),
  listedPath: (path) => path,
  permissionHint: () => "Close the program that uses the port, or run this one with the rights to use it.",
};

const other: SerialPlatform = { ...linux, name: "other", listing: "library" };

/** The facts of an operating system, by the name Node gives it. */
export function serialPlatform(name: string = process.platform): SerialPlatform {
  if (name === "linux" || name === "android") return linux;
  if (name === "darwin") return macos;
  if (name === "win32") return windows;
  return other;
}
