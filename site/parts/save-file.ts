/** Hands bytes to the person as a file that the browser saves. */
export function saveFile(name: string, data: Uint8Array<ArrayBuffer> | string): void {
  const url = URL.createObjectURL(new Blob([data], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has begun to read it by then, or has it in memory.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
