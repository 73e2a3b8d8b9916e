// The sign-in and the call that a tab keeps, with storage that is a map.
import { beforeEach, expect, test } from "@jest/globals";
import {
  forgetKeptOf,
  forgetTab,
  keepInTab,
  keepSignIn,
  keptSignIn,
  signInAgain,
} from "../../../lib/phone/page/sign-in/kept.ts";
import { type CallState, initialState } from "../../../lib/phone/page/sip/call-state.ts";
import { forgetLeftCall, noteLeftCall, takeLeftCall } from "../../../lib/phone/page/state/left-call.ts";

beforeEach(() => {
  for (const name of ["localStorage", "sessionStorage"]) {
    const values = new Map<string, string>();
    const value = {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, text: string) => values.set(key, text),
      removeItem: (key: string) => values.delete(key),
    };
    Object.defineProperty(globalThis, name, { configurable: true, value });
  }
});

const digest = { realm: "example.com", ha1: "0" };
const alice = { user: "alice", domain: "example.com", digest, contact: "pn-provider=webpush" };
const bob = { user: "bob", domain: "example.com", digest };

test("a tab that is loaded again signs in its own user, also if another tab has kept another user for the wake-up", () => {
  keepInTab(bob);
  keepSignIn(alice);
  expect(signInAgain()?.user).toBe("bob");
});

test("a new tab, as a push opens it, signs in the user that was kept for the wake-up", () => {
  keepSignIn(alice);
  expect(signInAgain()).toEqual(alice);
  keepInTab(bob);
  forgetTab();
  expect(signInAgain()?.user).toBe("alice");
});

test("signing out in one tab leaves the user that another tab has kept for the wake-up", () => {
  keepSignIn(alice);
  expect(forgetKeptOf(bob)).toBe(false);
  expect(keptSignIn()).toEqual(alice);
  expect(forgetKeptOf(alice)).toBe(true);
  expect(keptSignIn()).toBeUndefined();
});

test("signing out forgets the call that the page was left in", () => {
  const peer = { name: "Carol", address: "sip:carol@example.com" };
  const call: CallState = {
    ...initialState,
    id: 1,
    phase: "talking",
    peer,
    incoming: false,
    offersVideo: false,
    forwardedBy: "",
  };
  noteLeftCall("bob", [call]);
  expect(takeLeftCall("bob")?.address).toBe(peer.address);
  noteLeftCall("bob", [call]);
  forgetLeftCall();
  expect(takeLeftCall("bob")).toBeUndefined();
});
