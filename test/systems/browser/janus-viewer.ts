// A viewer of Janus's videoroom: its media are in a page, and this process speaks the protocol of Janus, in which the server
// makes the offer.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import type { Page } from "playwright-core";
import { WebSocket } from "ws";

/** The used parts. */
interface JanusMessage {
  readonly janus: string;
  readonly transaction?: string;
  readonly data?: { readonly id: number };
  readonly plugindata?: { readonly data: { readonly participants?: readonly { readonly id: number }[] } };
  readonly jsep?: RTCSessionDescriptionInit;
}

/** Resolves once the page receives RTP of the only publisher of the room. */
export async function watchRoom(page: Page, ws: string, room: number): Promise<void> {
  const socket = new WebSocket(ws, "janus-protocol");
  await once(socket, "open");
  const waiting = new Map<string, (message: JanusMessage) => void>();
  socket.on("message", (data: Buffer) => {
    const message: JanusMessage = JSON.parse(data.toString());
    const { janus, transaction = "" } = message;
    if (janus !== "ack") waiting.get(transaction)?.(message); // the event of the plugin follows an ack
  });
  const ask = (what: object): Promise<JanusMessage> => {
    const transaction = String(waiting.size + 1);
    const { promise, resolve } = Promise.withResolvers<JanusMessage>();
    waiting.set(transaction, resolve);
    socket.send(JSON.stringify({ transaction, ...what }));
    return promise;
  };
  const session_id = (await ask({ janus: "create" })).data?.id;
  const handle_id = (await ask({ janus: "attach", session_id, plugin: "janus.plugin.videoroom" })).data?.id;
  const tell = (body: object, jsep?: RTCSessionDescriptionInit) =>
    ask({ janus: "message", session_id, handle_id, body, ...(jsep && { jsep }) });
  const offered = async (): Promise<RTCSessionDescriptionInit> => {
    const { plugindata } = await tell({ request: "listparticipants", room });
    for (const { id } of plugindata?.data.participants ?? []) {
      const { jsep } = await tell({ request: "join", ptype: "subscriber", room, streams: [{ feed: id }] });
      if (jsep !== undefined) return jsep;
    }
    await setTimeout(100); // a publisher becomes a feed when its media are connected
    return offered();
  };
  await tell({ request: "start" }, await answerIn(page, await offered()));
  await page.evaluate(async () => {
    const packets = async () => {
      const reports = new Map<string, Record<string, unknown>>(await viewer?.getStats());
      return [...reports.values()].reduce((sum, { packetsReceived }) => sum + Number(packetsReceived ?? 0), 0);
    };
    while ((await packets()) < 10) await new Promise((resolve) => globalThis.setTimeout(resolve, 100));
    viewer?.close();
  });
  socket.close();
}

declare global {
  /** The connection of the page. */
  // biome-ignore lint/style/noVar: a global
  var viewer: RTCPeerConnection | undefined;
}

function answerIn(page: Page, offer: RTCSessionDescriptionInit): Promise<RTCSessionDescriptionInit | undefined> {
  return page.evaluate(async (jsep) => {
    const connection = new RTCPeerConnection();
    globalThis.viewer = connection;
    await connection.setRemoteDescription(jsep);
    await connection.setLocalDescription(await connection.createAnswer());
    while (connection.iceGatheringState !== "complete") {
      await new Promise((resolve) => {
        connection.addEventListener("icegatheringstatechange", resolve, { once: true });
      });
    }
    return connection.localDescription?.toJSON();
  }, offer);
}
