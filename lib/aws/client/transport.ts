// HTTP/1.1 to AWS on Node's own client: one agent with kept connections per scheme, shared by all clients of an
// execution environment. The modules are fetched by `getBuiltinModule`: a static import of `node:http` evaluates each of
// its exports, one of which loads the whole of undici (60 ms of CPU, nodejs/node#59686).
import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";

interface AwsRequest {
  /** Scheme, host and port; `path` is sent as it is. */
  readonly url: URL;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** As many as the SDK's own handler opens; a fork to more phones waits for one of them. */
const MAX_SOCKETS = 50;
const options = { keepAlive: true, maxSockets: MAX_SOCKETS } as const;

type Open = (options: RequestOptions, answered: (incoming: IncomingMessage) => void) => ClientRequest;

let secure: Open | undefined;
let plain: Open | undefined;

/** Made when first used: a Lambda on AWS never needs the one for `http:`. */
function openerFor(protocol: string): Open {
  return protocol === "https:" ? (secure ??= openSecure()) : (plain ??= openPlain());
}

function openSecure(): Open {
  const { Agent, request } = process.getBuiltinModule("node:https");
  const agent = new Agent(options);
  return (options, answered) => request({ ...options, agent }, answered);
}

function openPlain(): Open {
  const { Agent, request } = process.getBuiltinModule("node:http");
  const agent = new Agent(options);
  return (options, answered) => request({ ...options, agent }, answered);
}

/** Sends a request and reads its answer; replaced where an environment rehearses (`stand-in.ts`). */
export type Exchange = (request: AwsRequest) => Promise<HttpAnswer>;

/** Sends one request and reads the whole answer. Rejects with Node's error if the connection fails. */
export function exchange({ url, method, path, headers, body }: AwsRequest, signal?: AbortSignal): Promise<HttpAnswer> {
  const open = openerFor(url.protocol);
  const { hostname, port } = url;
  const lines = Object.entries(headers).flat(); // Node writes a list as it is: 5 % less CPU than with an object
  return new Promise((resolve, reject) => {
    const sent = open(
      { method, hostname: bare(hostname), port, path, headers: lines, ...(signal && { signal }) },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const [only = Buffer.alloc(0), ...more] = chunks;
          const whole = more.length === 0 ? only : Buffer.concat(chunks);
          resolve({ status: incoming.statusCode ?? 0, headers: joined(incoming.headers), body: whole });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Opens a connection, so that the first call need not. The request has no signature: it is refused, and not billed. */
export async function openConnection(url: URL): Promise<void> {
  await exchange({ url, method: "POST", path: "/", headers: { host: url.host, "content-length": "0" }, body: "" });
}

/** An IPv6 address loses its brackets: Node's client takes a host, not a URL's. */
function bare(hostname: string): string {
  return hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
}

function joined(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name in headers) single[name] = String(headers[name]);
  return single;
}
