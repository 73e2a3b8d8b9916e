// `trace --hep HOST:PORT`: the messages of a call to Homer, by UDP.
import { createSocket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { printable } from "../local/command/printable.ts";
import { hepLadder } from "../operations/ladder/hep.ts";
import type { Ladder } from "../operations/ladder/ladder.ts";
import { CommandError } from "./command-error.ts";

/** Sends a packet for each message. Resolves to their number. */
export async function sendHep(ladder: Ladder, target: string): Promise<number> {
  const { host, port } = readTarget(target);
  const { address, family } = await lookup(host).catch(() => {
    throw new CommandError(`--hep: there is no host ${printable(host)}.`);
  });
  const socket = createSocket(family === 6 ? "udp6" : "udp4");
  const packets = hepLadder(ladder);
  try {
    for (const packet of packets) {
      await new Promise<void>((resolve, reject) => {
        socket.send(packet, port, address, (error) => (error === null ? resolve() : reject(error)));
      });
    }
  } finally {
    socket.close();
  }
  return packets.length;
}

/** `homer.example.com:9060`, `[2001:db8::1]:9060` */
function readTarget(target: string): { readonly host: string; readonly port: number } {
  const [, bracketed, name, digits] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(target) ?? [];
  const [host, port] = [bracketed ?? name, Number(digits)];
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new CommandError(`--hep ${printable(target)}: give host and port, such as homer.example.com:9060.`, 2);
}
