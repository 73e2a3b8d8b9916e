// The push subscription of this browser, as the parameters of a contact URI (RFC 8599 §4.1, docs/wake-up.md).

/** Parameters of a contact without a subscription, which ask the server for its key. Empty in a browser without push. */
export function askingParameters(): string {
  return isSupported() ? "pn-provider" : "";
}

function isSupported(): boolean {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}

/** The parameters of the subscription that this browser has, undefined without one. */
export async function currentParameters(): Promise<string | undefined> {
  const registration = await navigator.serviceWorker.getRegistration();
  return parametersOf((await registration?.pushManager.getSubscription()) ?? undefined);
}

/** Subscribes with the key of the server. Rejects with a DOMException if the browser or its push service refuses. */
export async function subscribe(key: string): Promise<string | undefined> {
  await navigator.serviceWorker.register(workerUrl(), { scope: "./" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const old = await pushManager.getSubscription();
  if (old !== null && !isOfKey(old, key)) await old.unsubscribe();
  return parametersOf(await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
}

export async function unsubscribe(): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration();
  await (await registration?.pushManager.getSubscription())?.unsubscribe();
}

function parametersOf(subscription: PushSubscription | undefined): string | undefined {
  const { endpoint, keys } = subscription?.toJSON() ?? {};
  const { p256dh, auth } = keys ?? {};
  if (endpoint === undefined || p256dh === undefined || auth === undefined) return undefined;
  return `pn-provider=webpush;pn-prid=${encodeURIComponent(endpoint)};pn-param=${p256dh}.${auth}`;
}

function isOfKey({ options: { applicationServerKey } }: PushSubscription, key: string): boolean {
  if (applicationServerKey === null) return false;
  const bytes = Uint8Array.from(atob(key.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const own = new Uint8Array(applicationServerKey);
  return own.length === bytes.length && own.every((byte, index) => byte === bytes[index]);
}

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(url: string): string };
}

declare global {
  // oxlint-disable-next-line no-var -- only `var` adds to globalThis
  var trustedTypes: TrustedTypes | undefined; // which the typings lack
}

const WORKER = "wake.js";

/** The content security policy lets scripts be named by such a policy only; this one knows a single name. */
function workerUrl(): string {
  const policy = globalThis.trustedTypes?.createPolicy("worker", { createScriptURL: () => WORKER });
  return policy?.createScriptURL(WORKER) ?? WORKER;
}
