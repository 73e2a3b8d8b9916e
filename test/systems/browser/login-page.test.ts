// Sign-in by the login page of an issuer (authorization code with PKCE), at a deployment that asks for tokens at $connect.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import type { Page } from "playwright-core";
import { anAssembly } from "../../support/assembly.ts";
import { audience } from "../../parts/authorizer/audience.ts";
import { anIssuer, type Issuer } from "../../parts/authorizer/issuer.ts";
import { startCloudService } from "./cloud-service.ts";
import { receives } from "./media.ts";
import { newContext, openRoom, type Room } from "./room.ts";

let issuer: Issuer;
let room: Room;

beforeAll(async () => {
  issuer = await anIssuer();
  const context = {
    domain: "example.com",
    origins: "http://127.0.0.1:*,http://localhost:*",
    issuer: issuer.url,
    audience,
  };
  room = await openRoom(
    startCloudService({
      assembly: await anAssembly(context),
      signIn: { issuer: issuer.url, clientId: "page", name: "Example", parameters: { resource: audience } },
    }),
  );
  issuer.admit(room.service.http);
});
afterEach(() => room.clear());
afterAll(async () => {
  await room.close();
  issuer.close();
});

/** A separate browser, without cookies of the login page. */
async function browserOf(): Promise<Page> {
  const context = await newContext(room.browser);
  const page = await context.newPage();
  await page.goto(room.service.http);
  return page;
}

async function logIn(user: string): Promise<Page> {
  const page = await browserOf();
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await page.locator('input[name="login"]').fill(user);
  await page.locator('input[name="password"]').fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByText("Ready for calls").waitFor();
  return page;
}

test("two users of the issuer sign in without a password for SIP, and talk", async () => {
  const [alice, bob] = await Promise.all([logIn("alice"), logIn("bob")]);
  expect(new URL(alice.url()).search).toBe(""); // the address bar no longer has the code
  await alice.getByLabel("Who do you want to call?").fill("bob");
  await alice.keyboard.press("Enter");
  await bob.getByRole("button", { name: "Answer" }).click();
  expect(await receives(alice, "audio")).toBe(true);
});

test("a reload signs in again without a prompt, until the user signs out", async () => {
  const alice = await logIn("alice");
  await alice.reload();
  await alice.getByText("Ready for calls").waitFor();
  await alice.getByRole("button", { name: "Settings" }).click();
  await alice.getByRole("button", { name: "Sign out" }).click();
  await alice.reload();
  expect(await alice.getByRole("button", { name: "Sign in with Example" }).innerText()).toBe("Sign in with Example");
});

test("a login that the user cancels is reported in a sentence", async () => {
  const page = await browserOf();
  await page.getByRole("button", { name: "Sign in with Example" }).click();
  await page.getByRole("link", { name: "Cancel" }).click();
  expect(await page.getByRole("alert").innerText()).toBe(
    "The login page refused the sign-in (access_denied). Try again or ask the person who runs it.",
  );
});

test("an answer to a request of another page is ignored", async () => {
  const page = await browserOf();
  await page.goto(`${room.service.http}?code=stolen&state=forged`);
  await page.getByRole("button", { name: "Sign in with Example" }).waitFor();
  expect(room.service.connections()).toHaveLength(0);
});
