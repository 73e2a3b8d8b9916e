import {
  ArrowRightLeft,
  Grid3x3,
  Maximize,
  MessageSquareText,
  Mic,
  MicOff,
  Pause,
  Phone as PhoneIcon,
  Settings2,
  Video,
  VideoOff,
} from "lucide";
import type { IconNode } from "lucide";
import type { RefObject } from "preact";
import type { Phone } from "../phone/phone.ts";
import type { CallState } from "../sip/call-state.ts";
import { texts } from "../texts.ts";
import type { Panel } from "./call-panel.tsx";
import { Icon } from "./icon.tsx";

interface CallControlsProps {
  readonly phone: Phone;
  readonly call: CallState;
  readonly panel: Panel | undefined;
  readonly openPanel: (panel: Panel | undefined) => void;
  readonly section: RefObject<HTMLElement | null>;
}

export function CallControls({ phone, call, panel, openPanel, section }: CallControlsProps) {
  const isTalking = call.phase === "talking";
  const { calls } = phone;
  const unread = phone.store.state.conversations.reduce((sum, one) => sum + one.unread, 0);
  const toggle = (name: Panel) => openPanel(panel === name ? undefined : name);
  const fullScreen = () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void section.current?.requestFullscreen();
  };
  const panelButton = (name: Panel, icon: IconNode) => (
    <Tool icon={icon} label={texts.call[name]} isOn={panel === name} act={() => toggle(name)} />
  );
  return (
    <div class="controls" role="group" aria-label={texts.call.controls} data-calm={isTalking ? "no" : "yes"}>
      {isTalking && (
        <>
          <Tool
            icon={call.isMuted ? MicOff : Mic}
            label={texts.call.mute}
            isOn={call.isMuted}
            act={() => calls.mute(!call.isMuted)}
          />
          <Tool
            icon={call.hasLocalVideo ? Video : VideoOff}
            label={texts.call.cameraOn}
            isOn={call.hasLocalVideo}
            act={() => void calls.showCamera(!call.hasLocalVideo)}
          />
          <Tool icon={Pause} label={texts.call.hold} isOn={call.isHeld} act={() => calls.hold(!call.isHeld)} />
          {panelButton("keypad", Grid3x3)}
          {panelButton("transfer", ArrowRightLeft)}
          {panelButton("devices", Settings2)}
          <Tool
            class="for-small"
            icon={MessageSquareText}
            label={texts.call.texts}
            unread={unread}
            act={() => {
              phone.conversations.open(call.peer.address);
              phone.showCall(false);
            }}
          />
          <Tool class="for-wide" icon={Maximize} label={texts.call.fullScreen} act={fullScreen} />
        </>
      )}
      <button type="button" class="round danger" onClick={calls.hangUp}>
        <Icon of={PhoneIcon} />
        <span>{texts.call.hangUp}</span>
      </button>
    </div>
  );
}

interface ToolProps {
  readonly icon: IconNode;
  readonly label: string;
  readonly act: () => void;
  /** Missing: not a toggle. */
  readonly isOn?: boolean;
  readonly unread?: number;
  readonly class?: string;
}

function Tool({ icon, label, act, isOn, unread = 0, class: name = "" }: ToolProps) {
  return (
    <button type="button" class={`round ${name}`} aria-pressed={isOn} onClick={act}>
      <Icon of={icon} />
      <span>{label}</span>
      {unread > 0 && (
        <span class="badge" aria-label={texts.texts.unread(unread)}>
          {unread}
        </span>
      )}
    </button>
  );
}
