// An HTTP proxy in front of a service of AWS whose connections can be broken, before or after the service did its work.
import { once } from "node:events";
import { createServer, request } from "node:http";
import { listen } from "../../support/listen.ts";

export interface BreakingProxy {
  readonly url: string;
  /** Breaks one connection, after `meanwhile`. The result says whether that has happened. */
  loseNext(part: "request" | "answer", meanwhile?: () => Promise<unknown>): () => boolean;
  close(): Promise<void>;
}

interface Loss {
  readonly part: "request" | "answer";
  readonly meanwhile: () => Promise<unknown>;
}

export async function breakingProxy(target: string): Promise<BreakingProxy> {
  let next: Loss | undefined;

  const server = createServer((incoming, outgoing) => {
    const loss = next;
    next = undefined;
    const lose = () => void loss?.meanwhile().finally(() => incoming.socket.destroy());
    if (loss?.part === "request") return lose();
    const onward = request(new URL(incoming.url ?? "/", target), {
      method: incoming.method,
      headers: incoming.headers,
    });
    onward.on("response", (answer) => {
      if (loss !== undefined) return void answer.resume().on("end", lose);
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => incoming.socket.destroy());
    incoming.pipe(onward);
  });

  return {
    url: await listen(server),
    loseNext(part, meanwhile = () => Promise.resolve()) {
      const loss = { part, meanwhile };
      next = loss;
      return () => next !== loss;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
