// A phone with SIP.js: npm install sip.js
import { SimpleUser } from "sip.js/lib/platform/web/index.js";

/**
 * Signs in; rejects if that fails. `onIncoming` is called for each incoming call: `phone.answer()` and `phone.decline()`
 * take and refuse it.
 */
export async function startPhone(
  url: string,
  address: string,
  password: string,
  speaker: HTMLAudioElement,
  onIncoming: (phone: SimpleUser) => void,
): Promise<SimpleUser> {
  const phone = new SimpleUser(url, {
    aor: address, // sip:alice@example.com
    media: { remote: { audio: speaker } },
    userAgentOptions: {
      authorizationUsername: address.replace(/^sip:|@.*$/g, ""),
      authorizationPassword: password,
    },
    // The refresh is the only keep-alive that is needed; with regId a device is recognized after a reconnect.
    registererOptions: { expires: 540, regId: 1 },
  });
  await phone.connect(); // rejects if the URL is wrong, or allowedOrigins lacks this page
  await new Promise<void>((resolve, reject) => {
    phone.delegate = { onRegistered: resolve, onUnregistered: () => reject(new Error("sign-in failed")) };
    phone
      .register({ requestDelegate: { onReject: ({ message }) => reject(refusal(message.statusCode)) } })
      .catch(reject);
  }).catch(async (error: unknown) => {
    await phone.disconnect();
    throw error;
  });
  phone.delegate = { onCallReceived: () => onIncoming(phone) };
  return phone;
}

/** `register` itself resolves when the request is sent, whatever the response. */
function refusal(status: number | undefined): Error {
  return new Error(`sign-in failed: ${status === 401 || status === 403 ? "wrong password" : status}`);
}
