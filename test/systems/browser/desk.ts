// A room with phones on a desk, each of them a page that a script operates.
import type { Page } from "playwright-core";
import type { Library, Presented } from "./pages/device.ts";
import { openRoom, type Room } from "./room.ts";
import type { Service } from "./service.ts";
import { createTale, type Tale } from "./tale.ts";

export interface DeskPhone extends Presented {
  readonly user: string;
  readonly page: Page;
  /**
   * Resolves with the matching event of the phone, and removes it; fails with the other events if it does not come in time.
   */
  tells(event: string | RegExp): Promise<string>;
  /** The same for a message on the wire, `INVITE` or `200 INVITE`; repetitions are left out. */
  gets(title: string): Promise<string>;
}

export interface Desk<Kind extends Service = Service> extends Room<Kind> {
  /** Signs a phone in. */
  phone(library: Library, user: string, page?: Page): Promise<DeskPhone>;
}

export async function openDesk<Kind extends Service>(starting: Promise<Kind>): Promise<Desk<Kind>> {
  const room = await openRoom(starting);
  const tales = new Map<Page, { readonly told: Tale; readonly received: Tale; readonly seen: Set<string> }>();

  const listenTo = async (page: Page): Promise<void> => {
    await page.exposeBinding("tell", (_source, event: string) => tales.get(page)?.told.put(event));
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => {
        const tale = tales.get(page);
        const { title, key } = entitled(String(payload));
        if (tale === undefined || tale.seen.has(key)) return;
        tale.seen.add(key);
        tale.received.put(title);
      });
    });
  };

  return {
    ...room,
    phone: async (library, user, page) => {
      const own = page ?? (await room.page());
      if (!tales.has(own)) await listenTo(own);
      const name = `${user} (${library})`;
      const received = createTale(`${name} never got`);
      const told = createTale(`${name} never told`, () => received.all);
      tales.set(own, { told, received, seen: new Set() });

      const { ws, http, domain } = room.service;
      const query = new URLSearchParams({ ws, domain, user, password: user });
      await own.goto(`${http}${library}-device?${query.toString()}`);
      await told.take("registered");
      return {
        user,
        page: own,
        tells: (event) => told.take(event),
        gets: (title) => received.take(title),
        ...remoteControl(own),
      };
    },
  };
}

/** `INVITE` or `200 INVITE`, and a key that is the same for its repetitions. */
function entitled(text: string): { readonly title: string; readonly key: string } {
  const [start = ""] = text.split("\r\n", 1);
  const [, status] = /^SIP\/2\.0 (\d+)/.exec(start) ?? [];
  const [, cseq = "", method = start] = /^CSeq: *(\d+) *(\w+)/im.exec(text) ?? [];
  const [, callId = ""] = /^Call-ID: *(\S+)/im.exec(text) ?? [];
  const title = status === undefined ? method : `${status} ${method}`;
  return { title, key: [title, cseq, callId].join(" ") };
}

/** The device of the page, operated from the test. */
function remoteControl(page: Page): Presented {
  return {
    call: (peer) => page.evaluate((peer) => device.call(peer), peer),
    answer: (peer) => page.evaluate((peer) => device.answer(peer), peer),
    refuse: (...args) => page.evaluate((args) => device.refuse(...args), args),
    end: (peer) => page.evaluate((peer) => device.end(peer), peer),
    hold: (peer) => page.evaluate((peer) => device.hold(peer), peer),
    resume: (peer) => page.evaluate((peer) => device.resume(peer), peer),
    offer: (...args) => page.evaluate((args) => device.offer(...args), args),
    press: (...args) => page.evaluate((args) => device.press(...args), args),
    transfer: (...args) => page.evaluate((args) => device.transfer(...args), args),
    connect: (...args) => page.evaluate((args) => device.connect(...args), args),
    write: (...args) => page.evaluate((args) => device.write(...args), args),
    watch: (...args) => page.evaluate((args) => device.watch(...args), args),
    watchList: (peers) => page.evaluate((peers) => device.watchList(peers), peers),
    goAway: () => page.evaluate(() => device.goAway()),
    fetchServers: () => page.evaluate(() => device.fetchServers()),
    hears: (peer) => page.evaluate((peer) => device.hears(peer), peer),
    hearsNothingOf: (peer) => page.evaluate((peer) => device.hearsNothingOf(peer), peer),
    keyHeardFrom: (peer) => page.evaluate((peer) => device.keyHeardFrom(peer), peer),
  };
}
