import type { EfuseDevice } from "./device.ts";

/**
 * Runs work of many reads and writes that nobody else's may get in between of: between filling the programming registers
 * and the command to burn, one more write would be a wrong burn. The work uses the device that it is given.
 */
export async function reserveDevice<T>(device: EfuseDevice, work: (device: EfuseDevice) => Promise<T>): Promise<T> {
  return device.reserve === undefined ? await work(device) : await device.reserve(work);
}
