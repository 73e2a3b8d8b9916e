import { ExternalLink, PhoneCall } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { accountOf, phoneOf } from "../sign-in/account.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { NoticeBar } from "./notice.tsx";

export function SignIn({ phone }: { readonly phone: Phone }) {
  const { line, user } = phone.store.state;
  const { signIn, passwords } = phone.config;
  const isBusy = line.kind === "connecting" || line.kind === "interrupted";
  return (
    <main class="sign-in">
      <div class="card">
        <header>
          <span class="logo">
            <Icon of={PhoneCall} />
          </span>
          <h1>{texts.signIn.title}</h1>
          <p>{texts.signIn.intro}</p>
        </header>
        <NoticeBar phone={phone} />
        {isBusy && (
          <div class="busy">
            <Avatar name={user} />
            <p role="status">{texts.signIn.busy}</p>
            <button type="button" class="plain wide" onClick={phone.signOut}>
              {texts.signIn.cancel}
            </button>
          </div>
        )}
        {!isBusy && signIn && (
          <button type="button" class="wide primary" onClick={() => void phone.goToLogin()}>
            {texts.signIn.withIssuer(signIn.name ?? new URL(signIn.issuer).host)}
          </button>
        )}
        {!isBusy && signIn && passwords && <p class="or">{texts.signIn.or}</p>}
        {!isBusy && passwords && <PasswordForm phone={phone} />}
        {!isBusy && <OneClick phone={phone} />}
      </div>
    </main>
  );
}

function PasswordForm({ phone }: { readonly phone: Phone }) {
  const { account } = accountOf(location.search, phone.config);
  const passwordField = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (phone.store.state.user !== "") passwordField.current?.focus(); // the one before was refused
  }, []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const data = new FormData(event.currentTarget);
    const field = (name: string) => {
      const value = data.get(name);
      return typeof value === "string" ? value : "";
    };
    phone.signIn({
      user: field("username").trim(),
      password: field("password"),
      domain: field("domain").trim().toLowerCase(),
    });
  };
  const { user, domain } = phone.store.state;
  return (
    <form autocomplete="on" onSubmit={submit}>
      <label>
        {texts.signIn.name}
        <input
          name="username"
          autocomplete="username"
          autocapitalize="none"
          spellcheck={false}
          required
          defaultValue={user || account.user}
        />
      </label>
      <label>
        {texts.signIn.password}
        <input
          ref={passwordField}
          name="password"
          type="password"
          autocomplete="current-password"
          required
          defaultValue={account.password}
        />
      </label>
      <label>
        {texts.signIn.domain}
        <input
          name="domain"
          autocapitalize="none"
          spellcheck={false}
          required
          defaultValue={domain || account.domain}
        />
      </label>
      <button class="wide primary">{texts.signIn.submit}</button>
    </form>
  );
}

/** Test accounts of a local cloud: a link each, so that a second one opens in a second tab. */
function OneClick({ phone }: { readonly phone: Phone }) {
  const { subscribers } = phone.config;
  if (subscribers.length === 0) return null;
  return (
    <section class="accounts" aria-label={texts.signIn.accounts}>
      <h2>{texts.signIn.accounts}</h2>
      <ul>
        {subscribers.map(({ user }) => (
          <li key={user}>
            <a href={phoneOf(user)}>
              <Avatar name={user} />
              <span>{user}</span>
              <Icon of={ExternalLink} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
