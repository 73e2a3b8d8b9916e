import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { BrowserContext, CDPSession, Page, Worker } from "playwright-core";
import { openPushService, type PushService } from "../../parts/aws/web-push/push-service.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { type CloudService, startCloudService } from "./cloud-service.ts";
import { receives } from "./media.ts";
import { PATIENCE_MS } from "./patience.ts";
import { openPhone, type PhonePage } from "./phone-page.ts";
import { newContext, openRoom, type Room } from "./room.ts";

// Chromium here has neither a push service nor notifications: the subscription is one of the stand-in, DevTools hands its
// pushes to the service worker, and notifications are kept in a list there. The rest is real.

const folder = mkdtempSync(join(tmpdir(), "wake-up-page-"));
let pushes: PushService;
let room: Room<CloudService>;

beforeAll(async () => {
  pushes = await openPushService();
  const trustedCertificates = join(folder, "push-service.pem");
  writeFileSync(trustedCertificates, pushes.certificate);
  const app = new URL("../e2e/wake-up-app.ts", import.meta.url).href;
  const origins = "http://127.0.0.1:*,http://localhost:*";
  const assembly = await assemblyOf(app, { pushHost: new URL(pushes.origin).host, origins });
  room = await openRoom(startCloudService({ assembly, trustedCertificates }));
});
afterEach(() => room.clear());
afterAll(async () => {
  await room.close();
  await pushes.close();
  rmSync(folder, { recursive: true });
});

/** A browser of its own, whose push subscription is one of the stand-in. */
async function aBrowser(address = pushes.subscribe()): Promise<BrowserContext> {
  const context = await newContext(room.browser);
  await context.grantPermissions(["notifications", "microphone"], { origin: new URL(room.service.http).origin });
  const { prid: endpoint, param = "" } = address;
  const [p256dh = "", auth = ""] = param.split(".");
  await context.addInitScript(
    ({ endpoint, keys }) => {
      const subscription = {
        options: { applicationServerKey: null },
        toJSON: () => ({ endpoint, keys }),
        unsubscribe: async () => {
          localStorage.removeItem("subscribed");
          return true;
        },
      };
      const found = () => (localStorage.getItem("subscribed") === null ? null : subscription);
      const subscribe = async ({ applicationServerKey }: { applicationServerKey: string }) => {
        localStorage.setItem("subscribed", applicationServerKey);
        return subscription;
      };
      if (!("PushManager" in globalThis)) return;
      Object.assign(PushManager.prototype, { subscribe, getSubscription: async () => found() });
    },
    { endpoint, keys: { p256dh, auth } },
  );
  return context;
}

interface Sleeper {
  readonly context: BrowserContext;
  readonly worker: Worker;
  /** Hands the next push of the server with these words to the service worker: a push service that is slow gets one twice. */
  deliver(words: string): Promise<void>;
}

/** bob turns the switch on, and closes the page. */
async function asleep(): Promise<Sleeper> {
  const context = await aBrowser();
  const page = await context.newPage();
  const bob = await openPhone({ ...room, page: async () => page }, "bob");
  const started = context.waitForEvent("serviceworker");
  await turnOn(bob);
  const worker = await started;
  await keepNotifications(worker);
  const blank = await context.newPage();
  const session = await context.newCDPSession(blank);
  const registrationId = await registrationOf(session);
  await page.close();
  await room.service.settled();
  let taken = pushes.received.length;
  return {
    context,
    worker,
    deliver: async (words) => {
      const data = await nextPush(taken, words);
      taken = pushes.received.length;
      await session.send("ServiceWorker.deliverPushMessage", {
        origin: new URL(room.service.http).origin,
        registrationId,
        data,
      });
    },
  };
}

async function turnOn({ page, press }: PhonePage): Promise<void> {
  await press("Settings");
  await page.getByRole("switch", { name: "Ring when closed" }).click();
  await page.getByRole("switch", { name: "Ring when closed", checked: true }).waitFor();
}

function registrationOf(session: CDPSession): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
    const own = registrations.find(({ scopeURL }) => scopeURL.startsWith(room.service.http));
    if (own) resolve(own.registrationId);
  });
  return session.send("ServiceWorker.enable").then(() => promise);
}

async function nextPush(taken: number, words: string): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = pushes.received.slice(taken).find(({ content = "" }) => content.includes(words));
    if (found?.content !== undefined) return found.content;
    if (Date.now() > deadline) throw new Error(`no push came with "${words}"`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Lists what the worker shows: by tag, as a browser does. */
function keepNotifications(worker: Worker): Promise<void> {
  return worker.evaluate(() => {
    const shown = new Map<string, object>();
    Object.assign(registration, {
      showNotification: async (title: string, options: { readonly tag: string }) => {
        shown.set(options.tag, { ...options, title, close: () => shown.delete(options.tag) });
      },
      getNotifications: async () => [...shown.values()],
    });
  });
}

/** Title and body of the notification with this body, as soon as it is shown. */
function shown(worker: Worker, body: string): Promise<string> {
  return worker.evaluate(async (body) => {
    for (let looks = 0; looks < 1000; looks += 1) {
      const all = await registration.getNotifications();
      if (all.some((one) => one.body === body)) return all.map((one) => `${one.title} ${one.body}`).join();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return "nothing";
  }, body);
}

/** Presses Answer in the notification. Only a user's click may open a window, so the test opens it. */
async function answer({ context, worker }: Sleeper): Promise<Page> {
  await worker.evaluate(async () => {
    clients.openWindow = async () => {
      for (let looks = 0; looks < 1000; looks += 1) {
        const [page] = await clients.matchAll({ includeUncontrolled: true });
        if (page) return page;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return null;
    };
    const [notification] = await registration.getNotifications();
    const waitUntil = () => {};
    dispatchEvent(Object.assign(new Event("notificationclick"), { notification, action: "answer", waitUntil }));
  });
  const page = await context.newPage();
  await page.goto(room.service.http);
  return page;
}

// Of the service worker's global scope.
declare const registration: ServiceWorkerRegistration;
declare const clients: {
  openWindow(url: string): Promise<unknown>;
  matchAll(options: { includeUncontrolled: boolean }): Promise<readonly unknown[]>;
};

test("a closed page is woken by a call: the notification's Answer opens it, it signs in by itself and takes the call", async () => {
  const [bob, alice] = [await asleep(), await openPhone(room, "alice")];
  await alice.dial("bob");
  await bob.deliver("is calling");
  expect(await shown(bob.worker, "is calling")).toBe("alice@example.com is calling");
  const page = await answer(bob);
  expect(await receives(alice.page, "audio")).toBe(true);
  const kept = await page.evaluate(() => JSON.parse(localStorage.getItem("phone.kept") ?? "{}"));
  expect(kept).toMatchObject({ user: "bob", digest: { ha1: expect.stringMatching(/^[\da-f]{32}$/) } }); // no password
  await page.getByRole("button", { name: "Hang up" }).click();
  expect(await alice.told()).toMatch(/^bob hung up\./);
});

test("a call that its caller cancels is no longer announced as ringing", async () => {
  const [bob, alice] = [await asleep(), await openPhone(room, "alice")];
  await alice.dial("bob");
  await bob.deliver("is calling");
  await shown(bob.worker, "is calling");
  await alice.press("Hang up");
  await bob.deliver("has called");
  expect(await shown(bob.worker, "has called")).toBe("alice@example.com has called");
});

test("a closed page that is asked to register again shows it silently, and registers when it is opened", async () => {
  const bob = await asleep();
  const { queues } = room.service.cloud;
  queues.advance(310); // 240 s before the end of its registration
  const words = "Open the phone to stay signed in";
  await bob.deliver(words);
  expect(await shown(bob.worker, words)).toBe(`bob@example.com ${words}`);
  const silent = await bob.worker.evaluate(async () =>
    (await registration.getNotifications()).map((one) => one.silent),
  );
  expect(silent).toEqual([true]);
  const page = await answer(bob);
  await page.getByText("Ready for calls").waitFor();
});

test("a page that was signed out is not woken, and asks for the password when it is opened", async () => {
  const context = await aBrowser();
  const page = await context.newPage();
  const carol = await openPhone({ ...room, page: async () => page }, "carol");
  await turnOn(carol);
  await carol.press("Sign out");
  await room.service.settled();
  await page.goto(room.service.http);
  await page.getByLabel("Password").waitFor();
  const alice = await openPhone(room, "alice");
  const before = pushes.received.length;
  await alice.dial("carol");
  expect(await alice.told()).toBe("carol is not online. Try again later.");
  expect(pushes.received.length).toBe(before);
});

test("a push service that the server does not use turns the switch off, and the phone stays registered", async () => {
  const context = await aBrowser({ ...pushes.subscribe(), prid: "https://push.example.net/1" });
  const page = await context.newPage();
  const carol = await openPhone({ ...room, page: async () => page }, "carol");
  await carol.press("Settings");
  await page.getByRole("switch", { name: "Ring when closed" }).click();
  expect(await carol.told()).toBe(
    "The server does not know the push service of this browser. Ask the person who runs it.",
  );
  await page.getByRole("switch", { name: "Ring when closed", checked: false }).waitFor();
  const alice = await openPhone(room, "alice");
  await alice.dial("carol");
  await carol.says("Call for you");
});
