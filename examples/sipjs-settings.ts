// A user's own settings for calls, with SIP.js (its SimpleUser hides the UserAgent: use SessionManager, or UserAgent itself)
import type { UserAgent } from "sip.js";

const SETTINGS = "application/vnd.sip-serverless.own-settings+json";

/** Reads the settings of the signed-in user; with a change, makes it first. Rejects with the reason phrase of a refusal. */
export async function settingsOf({ userAgentCore, configuration }: UserAgent, change?: object): Promise<object> {
  const { uri } = configuration;
  const content = change && JSON.stringify(change);
  const part = content ? { content, contentType: SETTINGS, contentDisposition: "render" } : undefined;
  const accept = [`Accept: ${SETTINGS}`];
  const request = userAgentCore.makeOutgoingRequestMessage("OPTIONS", uri, uri, uri, {}, accept, part);
  const body = await new Promise<string>((resolve, reject) => {
    userAgentCore.request(request, {
      onAccept: ({ message }) => resolve(message.body),
      onReject: ({ message }) => reject(new Error(message.reasonPhrase)),
    });
  });
  return JSON.parse(body);
}

// await settingsOf(manager.userAgent); // {"forwarding":{"busy":"sip:bob@example.com"}}
// await settingsOf(manager.userAgent, { doNotDisturb: true, forwarding: { busy: null } }); // {"doNotDisturb":true}
