import { describe, expect, it } from "vitest";
import { fixtureElf } from "../../../test/support/image/elf2image-case.ts";
import { fixtureImage } from "../../../test/support/image/fixture-image.ts";
import { elfToImage } from "./convert/elf-to-image.ts";
import { recogniseContents } from "./recognise-contents.ts";

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value);

describe("recogniseContents", () => {
  it.each([
    ["an HTML page", text("<!DOCTYPE html>\n<html><head>")],
    ["an HTML page", text("\ufeff\r\n <HTML lang='de'>")],
    ["an XML document", text("<?xml version='1.0'?>")],
    ["a JSON document", text('{"message":"Not Found"}')],
    ["a JSON document", text('[\n  {"a": "\u00e4"}]')],
    ["a pointer of Git LFS, not the file it stands for", text("version https://git-lfs.github.com/spec/v1\n")],
    ["a key or certificate", text("-----BEGIN EC PRIVATE KEY-----\n")],
    ["Intel HEX text", text(":020000040001F9\n")],
    ["a gzip file", Uint8Array.of(0x1f, 0x8b, 8, 0, 0xe9)],
    ["a ZIP archive", Uint8Array.of(0x50, 0x4b, 3, 4)],
    ["an xz file", Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0)],
    ["text in UTF-16", fixtureImage("h_u16.hex")],
  ])("knows %s", (what, data) => {
    expect(recogniseContents(data)).toBe(what);
  });

  it.each([
    ["nothing", new Uint8Array(0)],
    ["erased flash", new Uint8Array(64).fill(0xff)],
    ["zeros", new Uint8Array(64)],
    ["text of no kind", text("hello, flash")],
    ["an opening brace in code", Uint8Array.of(0x7b, 0x22, 0x80, 0, 1)],
    ["a mark of UTF-16 before other bytes", Uint8Array.of(0xff, 0xfe, 0xff, 0xff)],
    ["an image", elfToImage(fixtureElf("esp32c3"), { chip: "esp32c3" }).outputs[0]?.bytes ?? text("<html>")],
  ])("says nothing of %s", (_what, data) => {
    expect(recogniseContents(data)).toBeNull();
  });
});
