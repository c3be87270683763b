import { describe, expect, it } from "vitest";
import { judgeFirstBytes, TELLING_BYTES } from "./web-client.ts";

const text = (words: string): Uint8Array => Uint8Array.from(words, (letter) => letter.charCodeAt(0));

describe("the first bytes of a client", () => {
  it.each([
    "GET / HTTP/1.1\r\n",
    "POST /x HTTP/1.1",
    "OPTIONS *",
    "PRI * HTTP/2.0\r\n",
    "CONNECT a:1",
    "\x16\x03\x01\x02",
  ])("tell a request however few come at a time: %j", (words) => {
    const bytes = text(words);
    const verdicts = Array.from({ length: bytes.length }, (_, index) => judgeFirstBytes(bytes.subarray(0, index + 1)));
    const decided = verdicts.indexOf("web");
    expect(verdicts.slice(0, decided)).toEqual(new Array(decided).fill("undecided"));
    expect(verdicts.slice(decided).every((verdict) => verdict === "web")).toBe(true);
    expect(decided).toBeLessThan(TELLING_BYTES);
  });

  it.each(["\xc0", "\xff", "\x07", "\r", "g", "Q", "GET\r", "GETX", "POSTAL", "PRINT 1", "\x16\x04", "AT+GMR\r\n"])(
    "let everything else through: %j",
    (words) => {
      expect(judgeFirstBytes(text(words))).toBe("other");
    },
  );

  it("are waited for", () => {
    expect(["", "G", "GET", "P", "\x16"].map((words) => judgeFirstBytes(text(words)))).toEqual(
      new Array(5).fill("undecided"),
    );
  });
});
