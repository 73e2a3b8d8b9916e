// Signals besides the page itself: tones, notifications, the title of the tab.
import { playRingBack, playRinging, type Tone } from "../media/ring-tone.ts";
import type { CallState } from "../sip/call-state.ts";
import type { PhoneState } from "../state/state.ts";
import { texts } from "../texts.ts";

export interface Signals {
  /** Called after every change of state. */
  update(state: PhoneState): void;
  /** Shows a notification if the tab is hidden and the user wants it. */
  notify(state: PhoneState, title: string, body: string): void;
}

export function createSignals(): Signals {
  let playing: { readonly kind: "ringing" | "ring back"; readonly tone: Tone } | undefined;
  return {
    update: (state) => {
      document.title = titleOf(state);
      const kind = toneFor(state.calls);
      if (kind === playing?.kind) return;
      playing?.tone.stop();
      playing = kind && { kind, tone: kind === "ringing" ? playRinging() : playRingBack() };
    },
    notify: ({ settings }, title, body) => {
      if (!settings.notify || !document.hidden || !("Notification" in globalThis)) return;
      if (Notification.permission !== "granted") return;
      const notification = new Notification(title, { body, tag: title, icon: "icon.svg" });
      notification.addEventListener("click", () => {
        window.focus();
        notification.close();
      });
    },
  };
}

/** A second call that rings during a conversation is shown, not heard. */
function toneFor(calls: readonly CallState[]): "ringing" | "ring back" | undefined {
  const heard = calls.at(-1);
  if (heard?.phase === "incoming") return "ringing";
  return heard?.phase === "ringing" ? "ring back" : undefined;
}

function titleOf({ isSignedIn, user, calls, conversations, missed }: PhoneState): string {
  const ringing = calls.find(({ phase }) => phase === "incoming");
  if (ringing) return texts.title.calling(ringing.peer.name);
  if (!isSignedIn) return texts.appName;
  return texts.title.phone(user, missed + conversations.reduce((sum, { unread }) => sum + unread, 0));
}
