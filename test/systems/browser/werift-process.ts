// The process of `werift-endpoint.ts`: a WHIP endpoint (RFC 9725) that answers with real WebRTC. `/echo` sends back what it receives,
// `/publish` only receives, `/watch` (the shape of WHEP) only sends what was published last. It ends with its parent.
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type MediaStreamTrack, RTCPeerConnection } from "werift";
import { certificateFor } from "../../../lib/local/command/certificate.ts";
import type { EndpointFacts, EndpointOrder } from "./werift-endpoint.ts";

const directions = { echo: "sendrecv", publish: "recvonly", watch: "sendonly" } as const;
const ways = ["echo", "publish", "watch"] as const;

const tls = await certificateFor([]);
const sessions = new Map<string, RTCPeerConnection>();
const requests: string[] = [];
let published: MediaStreamTrack | undefined;
let held = Promise.withResolvers<void>();
let packets = 0;
let count = 0;

async function open(way: keyof typeof directions, offer: string): Promise<readonly [path: string, answer: string]> {
  const connection = new RTCPeerConnection({});
  await connection.setRemoteDescription({ type: "offer", sdp: offer });
  for (const transceiver of connection.getTransceivers()) {
    const { track } = transceiver.receiver;
    track.onReceiveRtp.subscribe(() => (packets += 1));
    if (way === "publish") published = track;
    const sent = { echo: track, publish: undefined, watch: published }[way];
    transceiver.setDirection(directions[way]);
    if (sent !== undefined) await transceiver.sender.replaceTrack(sent);
  }
  await connection.setLocalDescription(await connection.createAnswer());
  const path = `/session/${(count += 1)}`;
  sessions.set(path, connection);
  return [path, connection.localDescription?.sdp ?? ""];
}

async function serve({ method, url = "" }: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
  requests.push(`${method} ${url}`);
  const way = ways.find((one) => url === `/${one}`);
  if (method === "POST" && way !== undefined) {
    await held.promise;
    const [path, answer] = await open(way, body);
    response.writeHead(201, { "Content-Type": "application/sdp", Location: path }).end(answer);
    return;
  }
  const ended = method === "DELETE" ? sessions.get(url) : undefined;
  sessions.delete(url);
  response.writeHead(ended === undefined ? 404 : 200).end();
  await ended?.close();
}

const server = createServer(tls, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => void serve(request, Buffer.concat(chunks).toString(), response));
});

function facts(): EndpointFacts {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { host: `localhost:${port}`, certificate: tls.cert, requests, sessions: sessions.size, packets };
}

held.resolve();
process.on("disconnect", () => process.exit());
process.on("message", (order: EndpointOrder) => {
  if (order === "hold") held = Promise.withResolvers();
  if (order === "release") held.resolve();
  process.send?.(facts());
});
server.listen(0, "127.0.0.1", () => process.send?.(facts()));
