// Serves the page on this machine, for `npm start`.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { contentSecurityPolicy, otherHeaders } from "./headers.ts";
import { configFile, type PageFile, pageFiles } from "./page-files.ts";
import type { PhoneConfig } from "./phone-config.ts";

/**
 * A handler for the files of the page, at the root of its server; anything else is 404.
 * @param page called at the first request, because a checkout bundles the page then
 */
export function createPhone(
  config: PhoneConfig,
  page: () => readonly PageFile[] = pageFiles,
): (request: IncomingMessage, response: ServerResponse) => void {
  let files: ReadonlyMap<string, ServedFile> | undefined;
  const headers = {
    "Content-Security-Policy": contentSecurityPolicy(config.ws, config.signIn),
    ...otherHeaders,
    "Cache-Control": "no-cache", // as with the deployment: a browser asks each time whether a file has changed
  };

  return ({ method, url = "/", headers: asked }, response) => {
    files ??= new Map([...page(), configFile(config)].map((file) => [`/${file.name}`, served(file)]));
    const path = url.split("?", 1)[0] ?? url;
    const file = files.get(path === "/" ? "/index.html" : path);
    if (file === undefined) {
      response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("The phone is at /\n");
    } else if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { ...headers, Allow: "GET, HEAD" }).end();
    } else if (asked["if-none-match"] === file.tag) {
      response.writeHead(304, { ...headers, ETag: file.tag }).end();
    } else {
      const { type, tag, body } = file;
      response.writeHead(200, { ...headers, ETag: tag, "Content-Type": type, "Content-Length": body.length });
      response.end(method === "HEAD" ? undefined : body);
    }
  };
}

interface ServedFile {
  readonly type: string;
  readonly body: Buffer;
  readonly tag: string;
}

function served({ type, body }: PageFile): ServedFile {
  const bytes = Buffer.from(body);
  return { type, body: bytes, tag: `"${createHash("sha256").update(bytes).digest("base64url")}"` };
}
