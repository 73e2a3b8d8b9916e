import { ArrowDownLeft, ArrowUpRight, PhoneMissed } from "lucide";
import type { IconNode } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { duration } from "../phone/spoken.ts";
import type { Recent } from "../state/memory.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { Icon } from "./icon.tsx";
import { CallButton, VideoCallButton, WriteButton } from "./person-buttons.tsx";
import { whenWords } from "./when.ts";

export function Recents({ phone }: { readonly phone: Phone }) {
  const { recents } = phone.store.state;
  return (
    <section class="recents">
      <div class="heading">
        <h2>{texts.dialer.recents}</h2>
        {recents.length > 0 && (
          <button type="button" class="plain" onClick={phone.clearRecents}>
            {texts.dialer.clear}
          </button>
        )}
      </div>
      {recents.length === 0 && <p class="hint">{texts.dialer.noRecents}</p>}
      <ul class="rows" aria-label={texts.dialer.recents}>
        {recents.map((recent) => (
          <RecentRow key={`${recent.at}${recent.address}`} phone={phone} recent={recent} />
        ))}
      </ul>
    </section>
  );
}

function RecentRow({ phone, recent }: { readonly phone: Phone; readonly recent: Recent }) {
  const { name, address, video } = recent;
  const Again = video ? VideoCallButton : CallButton;
  return (
    <li class="row" data-outcome={recent.outcome}>
      <Avatar name={name} presence={phone.store.state.presence[address]} />
      <span class="name">
        <span class="first-line">
          <bdi>{name}</bdi>
          <time dateTime={new Date(recent.at).toISOString()}>{whenWords(recent.at)}</time>
        </span>
        <small>
          <Icon of={iconOf(recent)} />
          <span>{wordsFor(recent)}</span>
        </small>
      </span>
      <WriteButton phone={phone} name={name} address={address} />
      <Again phone={phone} name={name} address={address} />
    </li>
  );
}

function iconOf({ outcome, incoming }: Recent): IconNode {
  if (outcome === "missed") return PhoneMissed;
  return incoming ? ArrowDownLeft : ArrowUpRight;
}

function wordsFor({ outcome, incoming, seconds, words }: Recent): string {
  if (outcome === "answered") {
    return `${incoming ? texts.dialer.incoming : texts.dialer.outgoing} · ${duration(seconds * 1000)}`;
  }
  return words ?? texts.dialer[outcome];
}
