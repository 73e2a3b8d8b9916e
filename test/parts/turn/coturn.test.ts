import { createSecretKey } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createTurnCredential } from "../../../lib/sip/turn/credential.ts";
import { aor } from "../../../lib/sip/syntax/aor.ts";
import { aService, DOMAIN, type Service } from "../../systems/e2e/service.ts";
import { closeClouds } from "../local/cloud.ts";
import { type Coturn, isInstalled, relays, startCoturn } from "./coturn.ts";
import { assemblyWithTurn, SECRET_NAME } from "./deployment.ts";
import { askForServers, credentialsIn } from "./fetch.ts";
import { connectTurn, type TurnClient, type TurnCredentials } from "./turn-client.ts";

const [SECRET, NEXT_SECRET] = ["the shared secret", "the next one"];

if (isInstalled) {
  describe("coturn", () => {
    let coturn: Coturn;
    let assembly: string;
    let service: Service;
    const clients: TurnClient[] = [];
    beforeAll(async () => {
      coturn = await startCoturn(SECRET, NEXT_SECRET);
      assembly = await assemblyWithTurn(coturn.url);
      service = await aService({ assembly, secrets: { [SECRET_NAME]: SECRET } });
    });
    afterAll(async () => {
      for (const client of clients) client.close();
      await closeClouds();
      await coturn.stop();
    });

    async function connect(credentials: TurnCredentials): Promise<TurnClient> {
      const client = await connectTurn(coturn.port, credentials);
      clients.push(client);
      return client;
    }

    const allocate = async (credentials: TurnCredentials): Promise<number> => (await connect(credentials)).allocate();
    const handedOut = async (user: string) => credentialsIn(await askForServers(await service.connect(user), DOMAIN));
    /** A credential as the deployment makes it, with an expiry and a secret chosen by the test. */
    const made = (user: string, secondsLeft: number, secret: string = SECRET): TurnCredentials =>
      createTurnCredential(
        aor(user, DOMAIN),
        Math.floor(Date.now() / 1000) + secondsLeft,
        createSecretKey(Buffer.from(secret)),
      );

    test("relays for the credential that the deployment handed out, and refuses it with another's name or password", async () => {
      const [alices, bobs] = [await handedOut("alice"), await handedOut("bob")];
      expect(await relays(coturn.port, alices)).toBe(true);
      expect(await relays(coturn.port, { ...alices, username: bobs.username })).toBe(false);
      expect(await relays(coturn.port, { ...alices, credential: "guessed" })).toBe(false);
    });

    test("refuses one that is over, and one whose expiry its owner has put off", async () => {
      const over = made("alice", -5);
      expect(await allocate(over)).toBe(401);
      const { username } = made("alice", 7200);
      expect(await allocate({ ...over, username })).toBe(401);
      expect(await allocate(made("alice", 60))).toBe(0);
    });

    test("keeps a relay that is refreshed after the credential is over: a call may last longer than that", async () => {
      const credentials = made("alice", 1);
      const client = await connect(credentials);
      expect(await client.allocate()).toBe(0);
      while ((await allocate(credentials)) === 0) await setTimeout(100);
      expect(await allocate(credentials)).toBe(401);
      expect(await client.refresh(600)).toBe(0);
    });

    test("takes both secrets while they are changed, and no third", async () => {
      const secrets = [SECRET, NEXT_SECRET, "neither"];
      expect(await Promise.all(secrets.map((secret) => allocate(made("alice", 60, secret))))).toEqual([0, 0, 401]);
    });

    test.each([
      ["a telephone number", "+4930123"],
      ["a colon after a digit", "9:bob"],
      ["other scripts and a space", "jörg müller"],
      ["line ends and NUL", "a\r\nb\0"],
      ["quotation mark and backslash", 'a"b\\c'],
      ["an apostrophe", "o'brien"],
      ["words of SQL", "union-select"],
      ["four hundred letters", "x".repeat(400)],
    ])("takes the name that stands for a user with %s", async (_title, user) => {
      expect(await allocate(made(user, 60))).toBe(0);
    });
  });
} else {
  describe("coturn: turnserver and turnutils_uclient are not installed (Debian: apt-get install coturn)", () => {
    test("no relay was asked for here; the credentials' form is held by credential.test.ts", () =>
      expect(isInstalled).toBe(false));
  });
}
