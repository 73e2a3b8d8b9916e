// The page after sign-in: lists on one side, the call or a conversation on the other. A small screen shows one of them.
import { useEffect } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { openConversation } from "../state/state.ts";
import { texts } from "../texts.ts";
import { CallScreen } from "./call.tsx";
import { ConversationView } from "./conversation.tsx";
import { Idle } from "./idle.tsx";
import { Side } from "./side.tsx";
import { SignIn } from "./sign-in.tsx";

export function App({ phone }: { readonly phone: Phone }) {
  const { state } = phone.store;
  const { isSignedIn, calls, isCallBehind } = state;
  const isInCall = calls.length > 0;
  const position = isCallBehind ? "behind" : "front";
  const open = openConversation(state);
  useFocusAfterCall(isInCall);
  if (!isSignedIn) return <SignIn phone={phone} />;
  return (
    <main
      class="app"
      data-call={isInCall ? position : "none"}
      data-conversation={open === undefined ? "closed" : "open"}
    >
      <h1 class="spoken-only">{texts.title.phone(state.user, 0)}</h1>
      <Side phone={phone} />
      {open !== undefined && <ConversationView key={open} phone={phone} address={open} />}
      {isInCall ? <CallScreen phone={phone} /> : <Idle />}
      <p class="spoken-only" role="status" aria-label={texts.appName}>
        {state.spoken}
      </p>
    </main>
  );
}

/** Focuses the side panel after a call: the control that had the focus no longer exists. */
function useFocusAfterCall(isInCall: boolean): void {
  useEffect(() => {
    if (!isInCall && document.activeElement === document.body) document.getElementById("side")?.focus();
  }, [isInCall]);
}
