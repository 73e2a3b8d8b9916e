// A server of a test, on a free port of this machine.
import { once } from "node:events";
import type { Server } from "node:net";

/** Listens on the loopback interface alone. Resolves to the server's URL, `http://127.0.0.1:PORT`. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}
