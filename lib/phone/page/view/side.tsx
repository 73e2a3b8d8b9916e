// The lists: header, the open tab, and the bar to change it.
import { MessageSquareText, Moon, Phone as PhoneIcon, ScrollText, Settings as SettingsIcon, Users } from "lucide";
import type { IconNode } from "lucide";
import type { Phone } from "../phone/phone.ts";
import { shortened } from "../sip/address.ts";
import { isCallInFront, openConversation, type PhoneState, type Tab } from "../state/state.ts";
import { texts } from "../texts.ts";
import { Avatar } from "./avatar.tsx";
import { CallBar } from "./call-bar.tsx";
import { CallsTab } from "./calls-tab.tsx";
import { ContactsTab } from "./contacts-tab.tsx";
import { Icon } from "./icon.tsx";
import { LogTab } from "./log-tab.tsx";
import { NoticeBar } from "./notice.tsx";
import { SettingsTab } from "./settings-tab.tsx";
import { TextsTab } from "./texts-tab.tsx";

export function Side({ phone }: { readonly phone: Phone }) {
  const { state } = phone.store;
  return (
    <div class="side" id="side" tabIndex={-1}>
      <Header phone={phone} />
      <CallBar phone={phone} />
      <div class="tab" data-tab={state.tab}>
        {state.tab === "calls" && <CallsTab phone={phone} />}
        {state.tab === "contacts" && <ContactsTab phone={phone} />}
        {state.tab === "texts" && <TextsTab phone={phone} />}
        {state.tab === "settings" && <SettingsTab phone={phone} />}
        {state.tab === "log" && <LogTab events={state.log} />}
      </div>
      {openConversation(state) === undefined && !isCallInFront(state) && <NoticeBar phone={phone} />}
      <Tabs phone={phone} />
    </div>
  );
}

function Header({ phone }: { readonly phone: Phone }) {
  const { state } = phone.store;
  const { user, settings } = state;
  return (
    <header class="own">
      <Avatar name={user} />
      <div class="who">
        <h2>{user}</h2>
        <p class="line-state" role="status" data-kind={kindOf(state)}>
          {wordsFor(state)}
        </p>
      </div>
      <button
        type="button"
        class="named toggle"
        aria-pressed={settings.quiet}
        onClick={() => void phone.handling.setQuiet(!settings.quiet)}
      >
        <Icon of={Moon} />
        <span>{texts.settings.quiet}</span>
      </button>
    </header>
  );
}

function kindOf({ line: { kind }, settings: { quiet, away }, handling }: PhoneState): string {
  if (quiet || (handling?.forwarding?.always !== undefined && kind === "registered")) return "quiet";
  return away && kind === "registered" ? "away" : kind;
}

function wordsFor({ line, settings: { quiet, away }, handling, domain }: PhoneState): string {
  if (line.kind === "off") return texts.line.off;
  if (line.kind === "connecting") return texts.line.connecting;
  if (line.kind !== "registered") return line.words;
  const { always } = handling?.forwarding ?? {};
  if (always !== undefined) return texts.line.forwarded(shortened(always, domain));
  if (quiet) return texts.line.quiet;
  return away ? texts.line.away : texts.line.registered;
}

function Tabs({ phone }: { readonly phone: Phone }) {
  const { conversations, missed } = phone.store.state;
  const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
  return (
    <nav class="tabs" aria-label={texts.tabs.label}>
      <TabButton phone={phone} tab="calls" icon={PhoneIcon} count={missed} countLabel={texts.dialer.missedCount} />
      <TabButton phone={phone} tab="contacts" icon={Users} />
      <TabButton phone={phone} tab="texts" icon={MessageSquareText} count={unread} countLabel={texts.texts.unread} />
      <TabButton phone={phone} tab="settings" icon={SettingsIcon} />
      {phone.config.log && <TabButton phone={phone} tab="log" icon={ScrollText} />}
    </nav>
  );
}

interface TabButtonProps {
  readonly phone: Phone;
  readonly tab: Tab;
  readonly icon: IconNode;
  readonly count?: number;
  readonly countLabel?: (count: number) => string;
}

function TabButton({ phone, tab, icon, count = 0, countLabel = String }: TabButtonProps) {
  const isOpen = phone.store.state.tab === tab;
  const open = () => (tab === "texts" && isOpen ? phone.conversations.open(undefined) : phone.showTab(tab));
  return (
    <button type="button" aria-current={isOpen ? "page" : undefined} onClick={open}>
      <Icon of={icon} />
      <span>{texts.tabs[tab]}</span>
      {count > 0 && (
        <span class="badge" aria-label={countLabel(count)}>
          {count}
        </span>
      )}
    </button>
  );
}
