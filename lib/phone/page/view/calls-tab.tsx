// The field to dial, the people of a local cloud, and the calls that have ended.
import { AppWindow, Phone as PhoneIcon, Video } from "lucide";
import { useEffect, useRef } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { phoneOf } from "../sign-in/account.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { Recents } from "./recents.tsx";

export function CallsTab({ phone }: { readonly phone: Phone }) {
  return (
    <>
      <Dialer phone={phone} />
      <People phone={phone} />
      <Recents phone={phone} />
    </>
  );
}

function Dialer({ phone }: { readonly phone: Phone }) {
  const field = useRef<HTMLInputElement>(null);
  const isTalking = phone.store.state.calls.some(({ phase }) => phase === "talking");
  useEffect(() => {
    if (isTalking && field.current) field.current.value = ""; // a name that failed stays, to be corrected
  }, [isTalking]);
  const dial = (video: boolean) => {
    const target = field.current?.value.trim() ?? "";
    if (target === "") {
      phone.tell(texts.dialer.empty);
      field.current?.focus();
      return;
    }
    void phone.calls.dial(target, video);
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    dial(false);
  };
  return (
    <form class="dialer" autocomplete="off" onSubmit={submit}>
      <label class="spoken-only" for="target">
        {texts.dialer.label}
      </label>
      <input
        id="target"
        ref={field}
        placeholder={texts.dialer.placeholder}
        autocapitalize="none"
        autocorrect="off"
        spellcheck={false}
        enterkeyhint="go"
      />
      <div class="pair">
        <button class="wide primary">
          <Icon of={PhoneIcon} />
          {texts.dialer.call}
        </button>
        <button type="button" class="wide" onClick={() => dial(true)}>
          <Icon of={Video} />
          {texts.dialer.videoCall}
        </button>
      </div>
    </form>
  );
}

function People({ phone }: { readonly phone: Phone }) {
  const others = phone.config.subscribers.filter(({ user }) => user !== phone.store.state.user);
  if (others.length === 0) return null;
  return (
    <section>
      <h2>{texts.dialer.people}</h2>
      <ul class="rows">
        {others.map(({ user }) => (
          <li key={user} class="row">
            <Avatar name={user} />
            <span class="name">{user}</span>
            <a
              class="round-button"
              href={phoneOf(user)}
              target="_blank"
              rel="noopener"
              aria-label={texts.dialer.open(user)}
              title={texts.dialer.open(user)}
            >
              <Icon of={AppWindow} />
            </a>
            <CallButtons phone={phone} name={user} address={user} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** One button for a call and one for a video call. */
export function CallButtons({ phone, name, address }: { phone: Phone; name: string; address: string }) {
  return (
    <>
      <button
        type="button"
        class="round-button"
        aria-label={texts.dialer.callPerson(name)}
        onClick={() => void phone.calls.dial(address, false)}
      >
        <Icon of={PhoneIcon} />
      </button>
      <button
        type="button"
        class="round-button"
        aria-label={texts.dialer.videoCallPerson(name)}
        onClick={() => void phone.calls.dial(address, true)}
      >
        <Icon of={Video} />
      </button>
    </>
  );
}
