import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { header } from "../../../lib/sip/syntax/message.ts";
import { aService, DOMAIN, type Service } from "../../systems/e2e/service.ts";
import { aChangedAssembly } from "../../support/assembly.ts";
import { closeClouds } from "../local/cloud.ts";
import { assemblyWithTurn, SECRET_NAME } from "./deployment.ts";
import { askForServers, credentialsIn } from "./fetch.ts";

const urls = ["turn:turn.example.com:3478?transport=udp", "stun:turn.example.com"];
const SECRET = "kept between coturn and us";

let assembly: string;
beforeAll(async () => {
  assembly = await assemblyWithTurn(...urls);
});
afterAll(closeClouds);

const deployed = (
  secrets: Readonly<Record<string, string>> = { [SECRET_NAME]: SECRET },
  deployment = assembly,
): Promise<Service> => aService({ assembly: deployment, secrets });

const logOf = ({ cloud }: Service): string => cloud.logs.map((entry) => JSON.stringify(entry)).join("\n");

describe("the deployment with TURN servers", () => {
  let service: Service;
  beforeAll(async () => {
    service = await deployed();
  });

  test("costs a Lambda and a read of one unit; the secret is read for the first request only", async () => {
    const { cloud, online } = service;
    const alice = await online("alice");
    const secretReads = () => cloud.meter.calls.filter(({ resource }) => resource === SECRET_NAME);
    await cloud.settled();
    expect(secretReads()).toEqual([]); // registering does not need it
    await askForServers(alice, DOMAIN);
    await cloud.settled();
    expect(secretReads()).toHaveLength(1);
    cloud.meter.reset();
    await askForServers(alice, DOMAIN);
    await cloud.settled();
    const calls = cloud.meter.calls.filter(({ service: api }) => api !== "apigateway");
    expect(calls.map(({ service: api, action, requestUnits }) => [api, action, requestUnits])).toEqual([
      ["lambda", "Invoke", undefined],
      ["dynamodb", "BatchGetItem", 1],
    ]);
  });

  test("hands out its servers with a credential, two hours by default, and writes neither the secret nor a credential into its log", async () => {
    const ok = await askForServers(await service.online("alice"), DOMAIN);
    const username = expect.stringMatching(/^\d{10}:alice@example\.com$/);
    const credential = expect.stringMatching(/^[\w+/]{27}=$/);
    expect(JSON.parse(ok.body)).toEqual({ iceServers: [{ urls, username, credential }], ttl: 7200 });
    const left = Number(credentialsIn(ok).username.split(":")[0]) - Date.now() / 1000;
    expect(Math.round(left / 60)).toBe(120);
    await service.cloud.settled();
    const log = logOf(service);
    expect(log).toContain("200 OPTIONS");
    expect([log.includes(credentialsIn(ok).credential), log.includes(SECRET)]).toEqual([false, false]);
  });

  test("without the grant to read that one secret the answer is 500, the log names it, and all else goes on", async () => {
    const other = (template: string) => template.replace(`:secret:${SECRET_NAME}-??????`, ":secret:another-??????");
    const denied = await deployed({ [SECRET_NAME]: SECRET }, aChangedAssembly(other, assembly));
    const [alice, bob] = [await denied.online("alice"), await denied.online("bob")];
    const refused = await askForServers(alice, DOMAIN);
    expect([refused.status, header(refused, "retry-after")]).toEqual([500, "5"]);
    expect(logOf(denied)).toMatch(
      /is not authorized to perform: secretsmanager:GetSecretValue on resource: [^ ]*turn\/shared/,
    );
    await alice.request("INVITE", bob.aor);
    expect((await bob.takeRequest("INVITE")).uri).toBe(bob.contact);
  });

  test.each([
    ["is not there", {}, `secret:${SECRET_NAME}`],
    ["is empty", { [SECRET_NAME]: " \n" }, "expected coturn's static-auth-secret"],
  ])("a secret that %s is 500, and the log has the reason", async (_title, secrets, words) => {
    const broken = await deployed(secrets);
    expect((await askForServers(await broken.online("alice"), DOMAIN)).status).toBe(500);
    expect(logOf(broken)).toContain(words);
  });
});
