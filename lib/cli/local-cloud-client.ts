// The local cloud of this machine, by its service for operators (lib/operations/local-service.ts).
import { request } from "node:http";
import { createInterface } from "node:readline";
import { text as readAll } from "node:stream/consumers";
import type { IncomingMessage } from "node:http";
import type { FoundLine } from "../aws/client/log-query.ts";
import { type LocalDeployment, OPERATIONS_PATH } from "../operations/local-service.ts";
import { CommandError } from "./command-error.ts";
import type { LogSearch } from "./log-search.ts";

export async function findLocalCloud(url: string): Promise<LocalDeployment> {
  const deployment: LocalDeployment = JSON.parse(await readAll(await get(url, "deployment")));
  return deployment;
}

/** Lines since then that hold the Call-ID: the other parts of a search are the caller's. */
export async function localLog(url: string, { from, callId }: LogSearch): Promise<readonly FoundLine[]> {
  const query = new URLSearchParams({ since: String(from), ...(callId !== undefined && { callId }) });
  const text = await readAll(await get(url, `log?${query.toString()}`));
  return text.split("\n").filter(Boolean).map(toFound);
}

export async function* followLocalLog(url: string, signal: AbortSignal, from: number): AsyncGenerator<FoundLine> {
  const response = await get(url, `log?follow&since=${from}`);
  try {
    for await (const line of createInterface({ input: response, signal })) yield toFound(line);
  } finally {
    response.destroy();
  }
}

function toFound(line: string): FoundLine {
  const found: FoundLine = JSON.parse(line);
  return found;
}

function get(url: string, path: string): Promise<IncomingMessage> {
  const address = localAddress(url, path);
  return new Promise((resolve, reject) => {
    const failed = () =>
      reject(
        new CommandError(
          `No local cloud answers at ${url}. Start one (npm start), or give its URL: --local http://localhost:8081`,
        ),
      );
    request(address, (response) => {
      if (response.statusCode === 200) return resolve(response);
      reject(
        new CommandError(`${url} answers ${response.statusCode} for ${path}: is it a local cloud of this version?`),
      );
    })
      .on("error", failed)
      .end();
  });
}

function localAddress(url: string, path: string): URL {
  if (!URL.canParse(url) || !url.startsWith("http:")) {
    throw new CommandError(`--local ${url}: give a URL of this machine, such as http://localhost:8080.`, 2);
  }
  return new URL(OPERATIONS_PATH + path, url);
}
