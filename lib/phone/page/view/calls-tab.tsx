// The field to dial, the people of a local cloud, and the calls that have ended.
import { AppWindow, Phone as PhoneIcon, Video } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { phoneOf } from "../sign-in/account.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { NameForm } from "./name-form.tsx";
import { CallButton, VideoCallButton } from "./person-buttons.tsx";
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
  const isTalking = phone.store.state.calls.some(({ phase }) => phase === "talking");
  const dial = (isVideo: boolean) => (target: string) => void phone.calls.dial(target, isVideo);
  return (
    // A name that failed stays, to be corrected.
    <NameForm phone={phone} class="dialer" id="target" label={texts.dialer.label} isDone={isTalking} act={dial(false)}>
      {(go) => (
        <div class="pair">
          <button class="wide primary">
            <Icon of={PhoneIcon} />
            {texts.dialer.call}
          </button>
          <button type="button" class="wide" onClick={() => go(dial(true))}>
            <Icon of={Video} />
            {texts.dialer.videoCall}
          </button>
        </div>
      )}
    </NameForm>
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
              class="named"
              href={phoneOf(user)}
              target="_blank"
              rel="noopener"
              aria-label={texts.dialer.open(user)}
              title={texts.dialer.open(user)}
            >
              <Icon of={AppWindow} />
              <span>{texts.dialer.buttons.open}</span>
            </a>
            <CallButton phone={phone} name={user} address={user} />
            <VideoCallButton phone={phone} name={user} address={user} />
          </li>
        ))}
      </ul>
    </section>
  );
}
