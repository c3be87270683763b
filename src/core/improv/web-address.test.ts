import { expect, it } from "vitest";
import { isWebAddress } from "./web-address.ts";

it.each([
  "http://192.168.1.42",
  "https://lamp.local/",
  "http://lamp-1.local:8080/setup?first=1#top",
  "http://[fe80::1]:80/",
  "HTTP://10.0.0.9",
])("takes %s", (text) => expect(isWebAddress(text)).toBe(true));

it.each([
  "",
  "javascript:alert(1)",
  "file:///etc/passwd",
  "ftp://10.0.0.9",
  "http://",
  "http://user:secret@10.0.0.9/",
  "http://a b",
  "http://a\u001b[31m",
  "http://a\nb",
  " http://a",
  "http://a/\u202e",
  `http://a/${"x".repeat(300)}`,
])("refuses %j", (text) => expect(isWebAddress(text)).toBe(false));
