// `live`: the live page of a deployment, served on this machine until Ctrl-C.
import { once } from "node:events";
import { createServer } from "node:http";
import { createLivePage, type LiveSource } from "../live-page/serve.ts";
import { CommandError } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import type { Output } from "./output.ts";
import { phonesOf } from "./phones.ts";

export interface LiveOptions {
  /** 0 takes any free port. */
  readonly port: string;
}

export async function live(
  deployment: Deployment,
  { port }: LiveOptions,
  { isJson, write }: Output,
  signal: AbortSignal,
): Promise<void> {
  const server = createServer(createLivePage("/", () => Promise.resolve(liveSource(deployment))));
  server.listen(portOf(port), "127.0.0.1");
  await once(server, "listening").catch((error: unknown) => {
    throw new CommandError(`Port ${port} cannot be used: ${String(error)}. Choose another: --port 0 takes a free one.`);
  });
  const address = server.address();
  const url = `http://localhost:${typeof address === "object" && address !== null ? address.port : port}/`;
  write(
    isJson ? `${JSON.stringify({ url })}\n` : `Calls and phones of ${deployment.name}: ${url}   Ctrl-C stops it.\n`,
  );
  if (!signal.aborted) await once(signal, "abort");
  server.close();
  server.closeAllConnections();
}

/** The parts of a deployment that the live page shows. */
export function liveSource(deployment: Deployment): LiveSource {
  return {
    name: deployment.name,
    log: (search) => deployment.log(search),
    follow: (signal, from) => deployment.follow(signal, from),
    phones: () => phonesOf(deployment, undefined),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CommandError("--port: give a number from 0 to 65535; 0 takes a free port.", 2);
}
