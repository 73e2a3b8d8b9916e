// TURN servers for a phone with JsSIP
import { type UA, URI } from "jssip";

declare module "jssip/lib/UA.js" {
  interface UA {
    sendOptions(target: URI, body: undefined, options: { extraHeaders: string[]; eventHandlers: object }): void; // its typings lack it
  }
}

/** The deployment's servers, with a credential for the signed-in user; an empty object without any. */
export async function fetchServers(phone: UA, domain: string): Promise<RTCConfiguration> {
  const body = await new Promise<string>((resolve, reject) => {
    phone.sendOptions(new URI("sip", "", domain), undefined, {
      extraHeaders: ["Accept: application/vnd.sip-serverless.rtc-configuration+json"],
      eventHandlers: {
        succeeded: ({ response }: { response: { body: string } }) => resolve(response.body),
        failed: ({ cause }: { cause: string }) => reject(new Error(`no TURN servers: ${cause}`)),
      },
    });
  });
  return JSON.parse(body || "{}");
}

// const pcConfig = await fetchServers(phone, "example.com"); // once registered; again when half of its `ttl` is over
// phone.call("sip:bob@example.com", { pcConfig, mediaConstraints: { audio: true, video: false } });
// JsSIP waits for every candidate before it calls. So that no dead server holds a call up for ten seconds:
// session.on("icecandidate", ({ ready }) => setTimeout(ready, 2000));
