// The endpoints of `examples/http-callees` (RFC 9725) on this machine, on the library werift. In a process of its own,
// because sockets and timers of the library outlive its connections by half a minute.
import { fork } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../../lib/local/temporary-folder.ts";

export interface EndpointFacts {
  /** `localhost:8443` */
  readonly host: string;
  /** In PEM. */
  readonly certificate: string;
  /** `POST /echo` … of every request. */
  readonly requests: readonly string[];
  /** Sessions that were not ended. */
  readonly sessions: number;
  /** RTP packets that its sessions have received. */
  readonly packets: number;
}

/** After `hold`, offers wait for `release`. */
export type EndpointOrder = "look" | "hold" | "release";

export interface WeriftEndpoint {
  readonly host: string;
  /** File with its certificate. */
  readonly certificates: string;
  tell(order: EndpointOrder): Promise<EndpointFacts>;
  close(): Promise<void>;
}

/** @param token that requests must have; by default none is needed */
export async function startWeriftEndpoint(token?: string): Promise<WeriftEndpoint> {
  const options = token === undefined ? [] : [token];
  const child = fork(fileURLToPath(new URL("werift-process.ts", import.meta.url)), options, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const answer = async (): Promise<EndpointFacts> => {
    const [facts]: EndpointFacts[] = await once(child, "message");
    if (facts === undefined) throw new Error("the endpoint said nothing");
    return facts;
  };
  const { host, certificate } = await answer();
  const certificates = join(temporaryFolder(), "endpoint.pem");
  writeFileSync(certificates, certificate);
  return {
    host,
    certificates,
    tell(order) {
      const facts = answer();
      child.send(order);
      return facts;
    },
    async close() {
      const ended = once(child, "exit");
      child.disconnect();
      await ended;
    },
  };
}
