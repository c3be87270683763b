import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";

/** The name of the group that owns a device, from the group file, or undefined. */
export async function deviceGroup(path: string, groupFile = "/etc/group"): Promise<string | undefined> {
  try {
    const { gid } = await stat(path);
    for (const line of (await readFile(groupFile, "utf8")).split("\n")) {
      const [name, , id] = line.split(":");
      if (id === String(gid)) return name;
    }
  } catch {
    // No such device or no such file: the caller has a sentence without the name.
  }
  return undefined;
}

/** Whether this user may read and write the device. */
export async function deviceAccess(path: string): Promise<"allowed" | "denied" | "absent"> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return "allowed";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? "denied" : "absent";
  }
}
