import type { Subscriber } from "../phone-config.ts";
import { type Account, phoneOf } from "./config.ts";
import { make, paintAvatar, part } from "./part.ts";

const form = part("sign-in-form", HTMLFormElement);
const user = part("user", HTMLInputElement);
const password = part("password", HTMLInputElement);
const domain = part("domain", HTMLInputElement);
const accounts = part("accounts", HTMLElement);
const list = part("account-list", HTMLElement);

/** Fills the form in, and offers the people whom one click signs in. */
export function prepareSignIn(account: Account, subscribers: readonly Subscriber[]): void {
  user.value = account.user;
  password.value = account.password;
  domain.value = account.domain;
  accounts.hidden = subscribers.length === 0;
  list.replaceChildren(
    ...subscribers.map((subscriber) => {
      const link = make("a", "person", paintAvatar(make("span", "avatar"), subscriber.user), subscriber.user);
      link.href = phoneOf(subscriber.user);
      return make("li", "", link);
    }),
  );
}

export function onSignIn(act: (account: Account) => void): void {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act({ user: user.value.trim(), password: password.value, domain: domain.value.trim().toLowerCase() });
  });
}
