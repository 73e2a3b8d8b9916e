// Serves the page on this machine, for `npm start`.
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
  let files: ReadonlyMap<string, PageFile> | undefined;
  const headers = {
    "Content-Security-Policy": contentSecurityPolicy(config.ws, config.signIn),
    ...otherHeaders,
    "Cache-Control": "no-store",
  };

  return ({ method, url = "/" }, response) => {
    files ??= new Map([...page(), configFile(config)].map((file) => [`/${file.name}`, file]));
    const path = url.split("?", 1)[0] ?? url;
    const file = files.get(path === "/" ? "/index.html" : path);
    if (file === undefined) {
      response.writeHead(404, { ...headers, "Content-Type": "text/plain" }).end("The phone is at /\n");
    } else if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { ...headers, Allow: "GET, HEAD" }).end();
    } else {
      const length = Buffer.byteLength(file.body);
      response.writeHead(200, { ...headers, "Content-Type": file.type, "Content-Length": length });
      response.end(method === "HEAD" ? undefined : file.body);
    }
  };
}
