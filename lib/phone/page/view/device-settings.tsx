// The choice of microphone, camera and speaker, with a level meter: in the settings and in a call.
import { useEffect, useRef, useState } from "preact/hooks";
import { capture } from "../media/capture.ts";
import { release } from "../media/stream.ts";
import type { DeviceKind } from "../media/devices.ts";
import { watchLevel } from "../media/level.ts";
import type { Phone } from "../phone/phone.ts";
import { texts } from "../texts.ts";
import { Video } from "./video.tsx";

export function DeviceSettings({ phone }: { readonly phone: Phone }) {
  const { calls, settings } = phone.store.state;
  const inCall = calls.at(-1)?.local;
  const [tested, setTested] = useState<MediaStream>();
  const { microphone, camera } = settings;
  useEffect(() => void phone.findDevices(), []);
  useEffect(() => () => release(tested), [tested]);
  useEffect(() => {
    if (tested !== undefined) void test(); // with the device that was chosen now
  }, [microphone, camera]);

  const test = async () => {
    phone.tell(undefined);
    const both = await capture("both", settings);
    const captured = both.ok ? both : await capture("audio", settings); // the machine may lack a camera
    if (!captured.ok) return phone.tell(captured.reason);
    setTested(captured.stream);
    await phone.findDevices(); // names are known from now on
  };
  return (
    <div class="devices">
      <DeviceChoiceField phone={phone} kind="microphone" />
      <Level stream={inCall ?? tested} />
      <DeviceChoiceField phone={phone} kind="camera" />
      {tested && <Video class="preview" stream={tested} label={texts.settings.camera} muted />}
      <DeviceChoiceField phone={phone} kind="speaker" />
      {inCall === undefined && (
        <button type="button" class="wide" onClick={() => (tested ? setTested(undefined) : void test())}>
          {tested ? texts.settings.stop : texts.settings.test}
        </button>
      )}
    </div>
  );
}

function DeviceChoiceField({ phone, kind }: { readonly phone: Phone; readonly kind: DeviceKind }) {
  const { devices, settings } = phone.store.state;
  const label = texts.settings[kind];
  return (
    <label>
      {label}
      <select
        aria-label={label}
        value={settings[kind] ?? ""}
        onChange={({ currentTarget: { value } }) => void phone.choose(kind, value)}
      >
        <option value="">{texts.settings.standard}</option>
        {devices[kind]
          .filter(({ id }) => id !== "default")
          .map(({ id, label: name }, index) => (
            <option key={id} value={id}>
              {name || texts.settings.unnamed(label, index + 1)}
            </option>
          ))}
      </select>
    </label>
  );
}

function Level({ stream }: { readonly stream: MediaStream | undefined }) {
  const meter = useRef<HTMLMeterElement>(null);
  const track = stream?.getAudioTracks()[0];
  useEffect(() => {
    if (track === undefined) return;
    return watchLevel(new MediaStream([track]), (level) => {
      if (meter.current) meter.current.value = level;
    });
  }, [track]);
  return <meter ref={meter} min={0} max={1} value={0} aria-label={texts.settings.level} />;
}
