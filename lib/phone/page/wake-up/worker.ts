// The service worker: shows a push (docs/wake-up.md) as a notification while no page is open, and opens the page at a click.
// It has the browser's types of its own kind only as far as they are used, because those of pages exclude them.
import { texts } from "../texts.ts";
import type { WokenBy } from "./woken-by.ts";

interface Push {
  readonly notification: { readonly title: string; readonly body?: string; readonly tag: string };
  /** Missing where the names were too long for a push. */
  readonly sip?: Omit<WokenBy, "answers"> & { readonly event: "call" | "stop" | "message" | "request" | "refresh" };
}

interface ExtendableEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}

interface PushEvent extends ExtendableEvent {
  readonly data: { json(): Push } | null;
}

interface NotificationEvent extends ExtendableEvent {
  readonly action: string;
  readonly notification: Notification;
}

interface WindowClient {
  focus(): Promise<WindowClient>;
  postMessage(message: WokenBy, transfer: readonly never[]): void;
}

interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: {
    matchAll(options: {
      readonly type: "window";
      readonly includeUncontrolled: boolean;
    }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<WindowClient | null>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install", act: (event: ExtendableEvent) => void): void;
  addEventListener(type: "push", act: (event: PushEvent) => void): void;
  addEventListener(type: "notificationclick", act: (event: NotificationEvent) => void): void;
}

/** Options of `showNotification` that the typings lack. */
interface Options extends NotificationOptions {
  readonly actions?: readonly { readonly action: string; readonly title: string }[];
  readonly renotify?: boolean;
}

declare const self: Worker;

const ANSWER = "answer";

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("push", (event) => event.waitUntil(show(event.data?.json())));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event)));

/** A push without content says only that something waits. A browser ends the subscription of a page that shows nothing. */
async function show(push: Push | undefined): Promise<void> {
  if (push === undefined) return self.registration.showNotification(texts.appName, { body: texts.wakeUp.something });
  const { notification, sip } = push;
  const { title, body, tag } = notification;
  if (sip?.event !== "stop") return self.registration.showNotification(title, optionsOf(push));
  for (const old of await self.registration.getNotifications({ tag })) old.close();
  const after: Options = { tag, silent: true, ...(body !== undefined && { body }) };
  return self.registration.showNotification(title, after);
}

function optionsOf({ notification: { body, tag }, sip }: Push): Options {
  const isCall = sip?.event === "call";
  const isSilent = sip?.event === "refresh"; // it asks for nothing that hurries
  return {
    tag,
    requireInteraction: isCall,
    renotify: !isSilent,
    silent: isSilent,
    ...(body !== undefined && { body }),
    ...(sip && { data: sip }),
    ...(isCall && { actions: [{ action: ANSWER, title: texts.call.answer }] }),
  };
}

/** The page rings by itself when it has registered; it answers only if this worker asks it to. */
async function open({ action, notification }: NotificationEvent): Promise<void> {
  notification.close();
  const [first] = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = first === undefined ? await self.clients.openWindow("./") : await first.focus();
  const data: unknown = notification.data;
  if (isCall(data)) page?.postMessage({ from: data.from, until: data.until, answers: action === ANSWER }, []);
}

function isCall(data: unknown): data is Omit<WokenBy, "answers"> {
  return typeof data === "object" && data !== null && "from" in data && "until" in data;
}
