// A WHIP server on the loopback interface and a peer connection without media, enough for a WHIP client in Node.
import { createServer } from "node:http";

export const sdp = [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "a=mid:0",
  "a=ice-ufrag:first",
  "a=ice-pwd:firstfirstfirstfirstfirst",
  "",
].join("\r\n");

/** A server that answers with the return value of `reply(method, path)`: `[status, headers, body]`. Its `url` has no path. */
export async function startServer(reply) {
  const requests = [];
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      requests.push(`${request.method} ${request.url}`);
      const [status, headers = {}, body = ""] = reply(request.method, request.url);
      response.writeHead(status, headers);
      response.end(body);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, requests };
}

export class PeerConnection {
  #configuration = {};
  getConfiguration() {
    return structuredClone(this.#configuration);
  }
  setConfiguration(configuration) {
    this.#configuration = configuration;
  }
  async createOffer() {
    return { type: "offer", sdp };
  }
  async setLocalDescription() {}
  async setRemoteDescription({ type, sdp }) {
    this.remoteDescription = { type, sdp };
  }
  getTransceivers() {
    return [{ mid: "0", receiver: { track: { kind: "audio" } } }];
  }
  restartIce() {}
  close() {}
}
