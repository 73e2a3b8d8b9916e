// The checks of events against the notifier of another project: a check that a correct server fails would be found here.
import { describe, expect, test } from "@jest/globals";
import { canRun, kamailioVersion, startKamailio } from "../../../bench/kamailio/server.ts";
import { type Result, runChecks } from "./run.ts";
import { suite } from "./suite.ts";

const USERS = ["alice", "bob", "carol"];

/** Deviations of Kamailio 5.6.3 from the rules of the checks. */
const deviations = {
  "events-publish-condition": "an entity tag of another form than its own is answered 500 instead of 412",
  "events-winfo-owner": "the watchers of a user are told to anybody",
  "events-winfo-list": "the document after a new watcher has an empty list",
};

/** Packages that the configuration does not load. */
const notOffered = [
  "events-dialog-confirmed",
  "events-dialog-document",
  "events-dialog-early",
  "events-dialog-replaces",
  "events-dialog-states",
  "events-dialog-terminated",
  "events-dialog-version",
  "events-reg-contact",
  "events-reg-owner",
  "events-reg-refresh",
  "events-summary-owner",
  "events-summary-published",
];

const config = new URL("kamailio.cfg", import.meta.url);
const isInstalled = canRun(config);

if (!isInstalled) {
  describe("Kamailio and its presence modules are not installed (Debian: apt-get install kamailio kamailio-websocket-modules kamailio-presence-modules)", () => {
    test("the checks of events were made on this project's servers alone", () => expect(isInstalled).toBe(false));
  });
} else {
  const judge = async (): Promise<readonly Result[]> => {
    const server = await startKamailio(config);
    try {
      const target = { url: server.url, domain: server.domain, headers: {}, isInsecure: false, timeoutMs: 15_000 };
      const accounts = USERS.map((user) => ({ user, password: user }));
      const checks = suite.filter(({ id }) => id.startsWith("events-"));
      return await runChecks({ checks, target, accounts });
    } finally {
      await server.close();
    }
  };

  test(`Kamailio ${kamailioVersion()} as notifier passes the checks of events, except where it deviates from their rules`, async () => {
    const results = await judge();
    const idsOf = (kind: string) => results.filter(({ outcome }) => outcome.kind === kind).map(({ check }) => check.id);
    expect(idsOf("broken")).toEqual([]);
    expect(idsOf("failed").filter((id) => !(id in deviations))).toEqual([]); // another version may have fewer
    expect(idsOf("skipped").toSorted()).toEqual(notOffered);
    expect(idsOf("passed").length).toBeGreaterThan(8);
  }, 120_000);
}
