// A user's own settings for calls, with JsSIP
import type { UA } from "jssip";

declare module "jssip/lib/UA.js" {
  interface UA {
    sendOptions(target: string, body: string | undefined, options: object): void; // its typings lack it
  }
}

const SETTINGS = "application/vnd.sip-serverless.own-settings+json";

/** Reads the settings of the signed-in user; with a change, makes it first. Rejects with the reason phrase of a refusal. */
export async function settingsOf(phone: UA, address: string, change?: object): Promise<object> {
  const body = await new Promise<string>((resolve, reject) => {
    phone.sendOptions(address, change && JSON.stringify(change), {
      contentType: SETTINGS,
      extraHeaders: [`Accept: ${SETTINGS}`],
      eventHandlers: {
        succeeded: ({ response }: { response: { body: string } }) => resolve(response.body),
        failed: ({ response, cause }: { response?: { reason_phrase: string }; cause: string }) =>
          reject(new Error(response?.reason_phrase ?? cause)),
      },
    });
  });
  return JSON.parse(body);
}

// await settingsOf(phone, "sip:alice@example.com"); // {"forwarding":{"busy":"sip:bob@example.com"}}
// await settingsOf(phone, "sip:alice@example.com", { doNotDisturb: true, forwarding: { busy: null } }); // {"doNotDisturb":true}
