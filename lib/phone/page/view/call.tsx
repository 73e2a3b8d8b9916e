// The call that is heard or rings: its picture or caption, and its controls below.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Phone } from "../phone/phone.ts";
import { wordsFor } from "../phone/spoken.ts";
import type { CallState } from "../sip/call-state.ts";
import { isCallInFront } from "../state/state.ts";
import { texts } from "../texts.ts";
import { Avatar, hueOf } from "./avatar.tsx";
import { CallControls } from "./call-controls.tsx";
import { CallPanel, type Panel } from "./call-panel.tsx";
import { IncomingControls } from "./incoming-controls.tsx";
import { NoticeBar } from "./notice.tsx";
import { OtherCall } from "./other-call.tsx";
import { SelfView } from "./self-view.tsx";
import { Timer } from "./timer.tsx";
import { Video } from "./video.tsx";

export function CallScreen({ phone }: { readonly phone: Phone }) {
  const { state } = phone.store;
  const { calls, settings, line } = state;
  const call = calls.at(-1);
  const [panel, setPanel] = useState<Panel>();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    setPanel(undefined);
    // No button takes the focus: a key typed for another field must not answer a call.
    if (!isTyping()) section.current?.focus();
  }, [call?.id]);
  if (call === undefined) return null;
  const { phase, peer } = call;
  const isTalking = phase === "talking";
  const shown = isTalking ? panel : undefined;
  const isPaused = call.isHeld || call.isWaiting; // both cameras send black
  const hasPicture = isTalking && call.hasRemoteVideo && !isPaused;
  return (
    <section
      class="call"
      ref={section}
      tabIndex={-1}
      aria-labelledby="peer"
      data-phase={phase}
      data-picture={hasPicture ? "yes" : "no"}
      style={{ "--hue": String(hueOf(peer.name)) }}
      onKeyDown={({ key }) => key === "Escape" && setPanel(undefined)}
    >
      <div class="stage">
        <Video
          class="remote"
          stream={call.remote}
          label={texts.call.picture(peer.name)}
          hidden={!hasPicture}
          muted={call.isHeld}
          speaker={settings.speaker}
        />
        {hasPicture && shown === undefined && <Caption call={call} />}
        <div class="top">
          {isCallInFront(state) && <NoticeBar phone={phone} />}
          {line.kind !== "registered" && <p class="chip">{texts.line.keepsCall}</p>}
          <OtherCall phone={phone} />
        </div>
        {shown === undefined ? (
          <div class="arena">
            {!hasPicture && <Caption call={call} />}
            {call.hasLocalVideo && !isPaused && <SelfView stream={call.local} />}
          </div>
        ) : (
          <CallPanel phone={phone} panel={shown} close={() => setPanel(undefined)} />
        )}
      </div>
      {phase === "incoming" ? (
        <IncomingControls phone={phone} call={call} />
      ) : (
        <CallControls phone={phone} call={call} panel={shown} openPanel={setPanel} section={section} />
      )}
    </section>
  );
}

function Caption({ call }: { readonly call: CallState }) {
  const { name, address } = call.peer;
  return (
    <div class="caption">
      <Avatar name={name} large />
      <h2 id="peer">
        <bdi>{name}</bdi>
      </h2>
      {name !== address && (
        <p class="address">
          <bdi>{address}</bdi>
        </p>
      )}
      <p class="words">{wordsFor(call)}</p>
      <Timer since={call.since} />
    </div>
  );
}

function isTyping(): boolean {
  const { activeElement } = document;
  return activeElement instanceof HTMLInputElement && activeElement.checkVisibility() && activeElement.id !== "target";
}
