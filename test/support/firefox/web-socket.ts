import { randomBytes } from "node:crypto";
import { request } from "node:http";
import type { Socket } from "node:net";

/** A conversation in texts, as browsers are driven by. */
export interface TextSocket {
  send(text: string): void;
  close(): void;
}

interface Heard {
  readonly text: (text: string) => void;
  readonly closed: () => void;
}

const TEXT = 1;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** A WebSocket (RFC 6455) to this computer, without extensions: Node 20 has none of its own. */
export async function openWebSocket(url: string, heard: Heard): Promise<TextSocket> {
  const { hostname, port, pathname } = new URL(url);
  const socket = await new Promise<Socket>((resolve, reject) => {
    const asking = request({
      host: hostname,
      port,
      path: pathname,
      headers: {
        connection: "Upgrade",
        upgrade: "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": randomBytes(16).toString("base64"),
      },
    });
    asking.on("upgrade", (_response, upgraded: Socket, head) => {
      if (head.length > 0) upgraded.unshift(head);
      resolve(upgraded);
    });
    asking.on("response", ({ statusCode }) => reject(new Error(`the browser answered ${statusCode}`)));
    asking.on("error", reject);
    asking.end();
  });
  const say = (opcode: number, payload: Buffer): void => void socket.write(frame(opcode, payload));
  const hear = frameReader((opcode, payload) => {
    if (opcode === TEXT) heard.text(payload.toString());
    if (opcode === PING) say(PONG, payload);
    if (opcode === CLOSE) socket.end();
  });
  socket.on("data", hear);
  socket.on("error", () => socket.destroy());
  socket.on("close", heard.closed);
  return { send: (text) => say(TEXT, Buffer.from(text)), close: () => socket.destroy() };
}

/** What a client sends is masked (section 5.3). */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const mask = randomBytes(4);
  const size = Buffer.alloc(length < 126 ? 1 : length < 0x1_0000 ? 3 : 9);
  size[0] = 0x80 | (length < 126 ? length : length < 0x1_0000 ? 126 : 127);
  if (size.length === 3) size.writeUInt16BE(length, 1);
  if (size.length === 9) size.writeBigUInt64BE(BigInt(length), 1);
  const masked = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.of(0x80 | opcode), size, mask, masked]);
}

/** Cuts what a server sends into messages; their pieces are put together. */
function frameReader(tell: (opcode: number, payload: Buffer) => void): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let pieces: Buffer[] = [];
  let message = TEXT;
  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    for (;;) {
      const [head = 0, short = 0] = waiting;
      const start = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      if (waiting.length < start) return;
      const length =
        short === 126 ? waiting.readUInt16BE(2) : short === 127 ? Number(waiting.readBigUInt64BE(2)) : short;
      if (waiting.length < start + length) return;
      const payload = waiting.subarray(start, start + length);
      waiting = waiting.subarray(start + length);
      const opcode = head & 0x0f;
      if (opcode >= CLOSE) {
        tell(opcode, payload);
        continue;
      }
      if (opcode !== 0) message = opcode;
      pieces.push(payload);
      if ((head & 0x80) === 0) continue;
      tell(message, Buffer.concat(pieces));
      pieces = [];
    }
  };
}
