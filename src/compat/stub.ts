import { refuse } from "./unsupported.ts";

export interface Stub {
  bss_start?: number;
  data: string;
  decodedData: Uint8Array<ArrayBuffer>;
  data_start: number;
  entry: number;
  text: string;
  decodedText: Uint8Array<ArrayBuffer>;
  text_start: number;
}

/** Stubs are loaded, checked and started by connecting. Throws `compat.unsupported`. */
export function getStubJsonByChipName(_chipName: string, _chipRevision?: number): Promise<Stub | undefined> {
  return refuse("getStubJsonByChipName", "main loads the stub of the chip and checks it.");
}
