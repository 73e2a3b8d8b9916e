// TURN servers for a phone with SIP.js (its SimpleUser hides the UserAgent: use SessionManager, or UserAgent itself)
import { UserAgent } from "sip.js";

/** The deployment's servers, with a credential for the signed-in user; an empty object without any. */
export async function fetchServers({ userAgentCore, configuration }: UserAgent): Promise<RTCConfiguration> {
  const { uri } = configuration;
  const domain = UserAgent.makeURI(`sip:${uri.host}`) ?? uri;
  const accept = "Accept: application/vnd.sip-serverless.rtc-configuration+json";
  const request = userAgentCore.makeOutgoingRequestMessage("OPTIONS", domain, uri, domain, {}, [accept]);
  const body = await new Promise<string>((resolve, reject) => {
    userAgentCore.request(request, {
      onAccept: ({ message }) => resolve(message.body),
      onReject: ({ message }) => reject(new Error(`no TURN servers: ${message.statusCode}`)),
    });
  });
  return JSON.parse(body || "{}");
}

// const peerConnectionConfiguration = await fetchServers(manager.userAgent); // again when half of its `ttl` is over
// manager.userAgent.configuration.sessionDescriptionHandlerFactoryOptions = { peerConnectionConfiguration };
