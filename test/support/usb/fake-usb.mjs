// A strict stand-in for navigator.usb and USBDevice, driven by golden/usb/transfers.json. Own work; free to copy into tests.
// Strict: it refuses what a browser refuses (closed device, unclaimed interface, unknown endpoint) with the same error names.
const fail = (name, message) => {
  throw new DOMException(message, name);
};
const later = (value) => new Promise((resolve) => queueMicrotask(() => resolve(value)));

export class FakeUsb extends EventTarget {
  devices = [];
  granted = new Set();
  async getDevices() {
    return this.devices.filter((d) => this.granted.has(d) && d.plugged);
  }
  /** `choose` stands for the person; return undefined for "cancelled". */
  choose = (list) => list[0];
  async requestDevice({ filters, exclusionFilters = [] }) {
    if (!Array.isArray(filters)) throw new TypeError("filters are required");
    const fits = (d, f) =>
      (f.vendorId === undefined || f.vendorId === d.vendorId) &&
      (f.productId === undefined || f.productId === d.productId) &&
      (f.serialNumber === undefined || f.serialNumber === d.serialNumber) &&
      (f.classCode === undefined ||
        d.deviceClass === f.classCode ||
        d.configurations[0].interfaces.some((i) => i.alternates.some((a) => a.interfaceClass === f.classCode)));
    const list = this.devices.filter(
      (d) => d.plugged && filters.some((f) => fits(d, f)) && !exclusionFilters.some((f) => fits(d, f)),
    );
    const device = this.choose(list);
    if (device === undefined) fail("NotFoundError", "No device selected.");
    this.granted.add(device);
    return device;
  }
  #tell(type, device) {
    const e = new Event(type);
    e.device = device;
    this.dispatchEvent(e);
  }
  plug(device) {
    device.plugged = true;
    if (!this.devices.includes(device)) this.devices.push(device);
    if (this.granted.has(device)) this.#tell("connect", device);
  }
  /** Pending transfers fail first, the event comes after them: so it is in Chromium. */
  async unplug(device) {
    device.pull();
    await later();
    if (this.granted.has(device)) this.#tell("disconnect", device);
  }
}

export class FakeUsbDevice {
  opened = false;
  plugged = true;
  configuration = null;
  /** Every call, in order. */ log = [];
  #claimed = new Set();
  #pending = new Map();
  #queued = new Map();
  #replies;
  #busyInterfaces;
  /** `replies(setup)` answers control-in: bytes, or "stall". `busyInterfaces`: held by the system's own driver. */
  constructor(descriptor, { replies = () => "stall", configured = true, busyInterfaces = [] } = {}) {
    Object.assign(this, descriptor);
    for (const i of this.configurations.flatMap((c) => c.interfaces)) {
      Object.defineProperty(i, "claimed", { get: () => this.#claimed.has(i.interfaceNumber) });
      i.alternate = i.alternates[0];
    }
    this.#replies = replies;
    this.#busyInterfaces = new Set(busyInterfaces);
    if (configured) this.configuration = this.configurations[0];
  }
  #here() {
    if (!this.plugged) fail("NotFoundError", "The device was disconnected.");
  }
  #open() {
    this.#here();
    if (!this.opened) fail("InvalidStateError", "The device must be opened first.");
  }
  #configured() {
    this.#open();
    if (this.configuration === null) fail("InvalidStateError", "The device must have a configuration selected.");
  }
  async open() {
    this.#here();
    this.log.push({ call: "open" });
    await later();
    this.opened = true;
  }
  async close() {
    this.log.push({ call: "close" });
    this.#abort();
    this.#claimed.clear();
    await later();
    this.opened = false;
  }
  async reset() {
    this.#open();
    this.log.push({ call: "reset" });
    this.#abort();
  }
  async forget() {
    this.log.push({ call: "forget" });
    this.opened = false;
  }
  async selectConfiguration(value) {
    this.#open();
    this.log.push({ call: "selectConfiguration", value });
    const c = this.configurations.find((x) => x.configurationValue === value);
    if (!c) fail("NotFoundError", "no such configuration");
    this.configuration = c;
  }
  async claimInterface(n) {
    this.#configured();
    this.log.push({ call: "claimInterface", n });
    const i = this.configuration.interfaces.find((x) => x.interfaceNumber === n);
    if (!i)
      fail(
        "NotFoundError",
        "The interface number provided is not supported by the device in its current configuration.",
      );
    if ([1, 3, 8, 0x0b, 0x0e, 0x10, 0xe0].includes(i.alternate.interfaceClass))
      fail("SecurityError", "The requested interface implements a protected class.");
    await later();
    if (this.#busyInterfaces.has(n)) fail("NetworkError", "Unable to claim interface.");
    this.#claimed.add(n);
  }
  async releaseInterface(n) {
    this.#configured();
    this.log.push({ call: "releaseInterface", n });
    this.#abort(n);
    this.#claimed.delete(n);
  }
  async selectAlternateInterface(n, a) {
    this.#configured();
    this.log.push({ call: "selectAlternateInterface", n, a });
    if (!this.#claimed.has(n)) fail("InvalidStateError", "not claimed");
  }
  async clearHalt(direction, endpointNumber) {
    this.#configured();
    this.log.push({ call: "clearHalt", direction, endpointNumber });
  }
  #setup(s) {
    this.#open();
    for (const k of ["requestType", "recipient", "request", "value", "index"])
      if (s[k] === undefined) throw new TypeError(`${k} is missing`);
    if (s.recipient === "interface" && !this.#claimed.has(s.index & 255))
      fail("InvalidStateError", "The specified interface has not been claimed.");
  }
  async controlTransferIn(s, length) {
    this.#setup(s);
    this.log.push({
      dir: "in",
      requestType: s.requestType,
      recipient: s.recipient,
      request: s.request,
      value: s.value & 0xffff,
      index: s.index & 0xffff,
      length,
    });
    await later();
    this.#here();
    const r = this.#replies(s, length);
    return r === "stall"
      ? { status: "stall", data: undefined }
      : { status: "ok", data: new DataView(Uint8Array.from(r).buffer) };
  }
  async controlTransferOut(s, data) {
    this.#setup(s);
    const bytes =
      data === undefined
        ? []
        : [
            ...(data instanceof ArrayBuffer
              ? new Uint8Array(data)
              : new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
          ];
    this.log.push({
      dir: "out",
      requestType: s.requestType,
      recipient: s.recipient,
      request: s.request,
      value: s.value & 0xffff,
      index: s.index & 0xffff,
      data: bytes,
    });
    await later();
    this.#here();
    return { status: "ok", bytesWritten: bytes.length };
  }
  #endpoint(n, direction) {
    this.#configured();
    for (const i of this.configuration.interfaces)
      if (this.#claimed.has(i.interfaceNumber))
        for (const e of i.alternate.endpoints) if (e.endpointNumber === n && e.direction === direction) return { e, i };
    fail("NotFoundError", "The specified endpoint is not part of a claimed and selected alternate interface.");
  }
  transferIn(n, length) {
    return (async () => {
      const { i } = this.#endpoint(n, "in");
      return new Promise((resolve, reject) => {
        if (!this.#pending.has(n)) this.#pending.set(n, []);
        this.#pending.get(n).push({ resolve, reject, length, itf: i.interfaceNumber });
        this.#pump(n);
      });
    })();
  }
  async transferOut(n, data) {
    this.#endpoint(n, "out");
    const bytes = [...new Uint8Array(data.buffer ?? data, data.byteOffset ?? 0, data.byteLength)];
    this.log.push({ bulkOut: n, bytes });
    await later();
    this.#here();
    this.onWrite?.(bytes);
    return { status: "ok", bytesWritten: bytes.length };
  }
  /** One bulk transfer as the chip ends it; "stall" and "babble" are statuses. Waits for a reader, as the chip's NAK does. */
  send(n, bytesOrStatus) {
    if (!this.#queued.has(n)) this.#queued.set(n, []);
    this.#queued.get(n).push(bytesOrStatus);
    this.#pump(n);
  }
  #pump(n) {
    const p = this.#pending.get(n) ?? [],
      q = this.#queued.get(n) ?? [];
    while (p.length > 0 && q.length > 0) {
      const t = p.shift(),
        x = q.shift();
      if (typeof x === "string") t.resolve({ status: x, data: undefined });
      else if (x.length > t.length) t.resolve({ status: "babble", data: undefined });
      else t.resolve({ status: "ok", data: new DataView(Uint8Array.from(x).buffer) });
    }
  }
  /** How many reads wait: what a test of "several in flight" looks at. */
  inFlight(n) {
    return (this.#pending.get(n) ?? []).length;
  }
  #abort(itf) {
    for (const list of this.#pending.values())
      for (const t of list.splice(0))
        if (itf === undefined || t.itf === itf) t.reject(new DOMException("The transfer was cancelled.", "AbortError"));
        else list.push(t);
  }
  pull() {
    this.plugged = false;
    this.opened = false;
    this.#claimed.clear();
    for (const list of this.#pending.values())
      for (const t of list.splice(0)) t.reject(new DOMException("The device was disconnected.", "NotFoundError"));
  }
}
