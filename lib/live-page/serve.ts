// Serves the live page and its data to browsers of this machine.
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import type { RequestListener, ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { isOwnMachine } from "../operations/local-service.ts";
import type { Phone } from "../operations/phones.ts";
import { bundlePage } from "../phone/bundle.ts";
import { contentSecurityPolicyFor, otherHeaders } from "../phone/headers.ts";
import { type Log, lineStream } from "./line-stream.ts";

/** The parts of a deployment that the page shows. */
export interface LiveSource extends Log {
  /** `stack SipStack in eu-central-1` */
  readonly name: string;
  phones(): Promise<readonly Phone[]>;
}

/** How far the page looks back. */
const LOOK_BACK_MILLISECONDS = 2 * 3_600_000;

/**
 * A handler for the page at `path`, which ends with a slash. The deployment is looked up with each request for data, so that
 * the page can be opened before a local cloud has started.
 */
export function createLivePage(path: string, find: () => Promise<LiveSource>): RequestListener {
  let files: ReadonlyMap<string, File> | undefined;

  async function answer(name: string, response: ServerResponse): Promise<void> {
    files ??= pageFiles(); // at the first request: a checkout bundles, and most runs do not open the page
    const file = files.get(name);
    if (file !== undefined) return send(response, 200, file.type, file.body);
    if (name !== "phones" && name !== "lines") return send(response, 404, TEXT, "The live page has no such file.\n");
    const deployment = await find();
    if (name === "lines") return stream(deployment, response);
    const body = { deployment: deployment.name, phones: await deployment.phones() };
    send(response, 200, "application/json", JSON.stringify(body));
  }

  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost").pathname;
    if (!isOwnMachine(request)) return send(response, 403, TEXT, "The live page is for browsers on its own machine.\n");
    if (url === path.slice(0, -1)) return void response.writeHead(308, { Location: path }).end();
    answer(url.slice(path.length), response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      send(response, 503, TEXT, `${error instanceof Error ? error.message : String(error)}\n`);
    });
  };
}

const TEXT = "text/plain; charset=utf-8";

const headers = {
  "Content-Security-Policy": contentSecurityPolicyFor([]),
  ...otherHeaders,
  "Cache-Control": "no-store",
};

function send(response: ServerResponse, status: number, type: string, body: string | Uint8Array): void {
  response.writeHead(status, { ...headers, "Content-Type": type }).end(body);
}

/** Server-sent events, one a line. The first, `start`, makes a page that connects again forget the lines it has. */
async function stream(deployment: LiveSource, response: ServerResponse): Promise<void> {
  const closed = new AbortController();
  response.on("close", () => closed.abort());
  response.writeHead(200, { ...headers, "Content-Type": "text/event-stream" });
  response.write("event: start\ndata: {}\n\n");
  for await (const line of lineStream(deployment, Date.now() - LOOK_BACK_MILLISECONDS, closed.signal)) {
    if (!response.write(`data: ${JSON.stringify(line)}\n\n`)) await once(response, "drain", closed);
  }
}

interface File {
  readonly type: string;
  readonly body: string | Uint8Array;
}

/** A checkout bundles the page now; the package ships it bundled. */
function pageFiles(): ReadonlyMap<string, File> {
  const folder = fileURLToPath(new URL("page/", import.meta.url));
  const bundled = existsSync(`${folder}live.js`) ? undefined : bundlePage(folder, "live");
  const body = (name: string) => bundled?.get(name) ?? readFileSync(`${folder}${name}`);
  return new Map([
    ["", { type: "text/html; charset=utf-8", body: readFileSync(`${folder}index.html`) }],
    ["live.js", { type: "text/javascript; charset=utf-8", body: body("live.js") }],
    ["live.css", { type: "text/css; charset=utf-8", body: body("live.css") }],
  ]);
}
