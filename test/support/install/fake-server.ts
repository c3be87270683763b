import type { FetchLike, ResponseLike } from "../../../src/install.ts";

/** What a server answers; by default it says how long it is. */
export function answer(
  content: string | Uint8Array<ArrayBuffer>,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): ResponseLike {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return new Response(bytes, { status, headers: { "content-length": String(bytes.length), ...headers } });
}

type Content = string | Uint8Array<ArrayBuffer> | (() => ResponseLike | Promise<ResponseLike>);

/** A server with these files, by their whole addresses; anything else is a 404. What was asked for is in `asked`. */
export function fakeServer(files: Readonly<Record<string, Content>>): { fetch: FetchLike; asked: string[] } {
  const asked: string[] = [];
  const fetch: FetchLike = async (url) => {
    asked.push(url);
    const content = files[url];
    if (content === undefined) return answer("<!doctype html><title>Not found</title>", 404);
    return typeof content === "function" ? await content() : answer(content);
  };
  return { fetch, asked };
}
