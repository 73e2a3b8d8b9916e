// Times at which calls ring, as days with a beginning and an end. They are sent together, by a button.
import { Plus, Trash2 } from "lucide";
import { useRef, useState } from "preact/hooks";
import { type Day, days, type OpenTimes, openTimesOf, windowsOf } from "../phone/open-times.ts";
import type { Phone } from "../phone/phone.ts";
import type { OwnSettings } from "../sip/own-settings.ts";
import { texts } from "../texts.ts";
import { ForwardField } from "./forwarding-settings.tsx";
import { Icon } from "./icon.tsx";
import { PersonButton } from "./person-buttons.tsx";

interface HoursSettingsProps {
  readonly phone: Phone;
  readonly handling: OwnSettings;
}

interface Draft {
  readonly zone: string;
  readonly times: readonly OpenTimes[];
}

const WORKING_DAYS: OpenTimes = { days: ["mon", "tue", "wed", "thu", "fri"], from: "09:00", to: "17:00" };
const WEEKEND: OpenTimes = { days: ["sat"], from: "10:00", to: "14:00" };

export function HoursSettings({ phone, handling: { hours, forwarding = {} } }: HoursSettingsProps) {
  const [draft, edit] = useState<Draft>();
  const adder = useRef<HTMLButtonElement>(null);
  const stored = { zone: hours?.zone ?? ownZone(), times: openTimesOf(hours?.open ?? []) };
  const { zone, times } = draft ?? stored;

  /** The button that had the focus is gone then. */
  const show = (next: Draft | undefined) => {
    edit(next);
    adder.current?.focus();
  };
  const change = (at: number, part: Partial<OpenTimes>) =>
    edit({ zone, times: times.map((one, index) => (index === at ? { ...one, ...part } : one)) });
  const add = () => edit({ zone, times: [...times, times.length === 0 ? WORKING_DAYS : WEEKEND] });
  const remove = (at: number) => show({ zone, times: times.toSpliced(at, 1) });
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    const problem = problemOf(times);
    if (problem !== undefined) return phone.tell(problem);
    const isSaved = await phone.handling.setHours(times.length > 0 ? { zone, open: windowsOf(times) } : undefined);
    if (isSaved) show(undefined);
  };
  return (
    <section>
      <h2>{texts.hours.title}</h2>
      <p class="hint">{times.length > 0 ? texts.hours.help : texts.hours.always}</p>
      <form class="hours" onSubmit={(event) => void save(event)}>
        {times.map((one, at) => (
          <TimesFields
            key={at}
            times={one}
            number={at + 1}
            change={(part) => change(at, part)}
            remove={() => remove(at)}
          />
        ))}
        <button type="button" class="wide" ref={adder} onClick={add}>
          <Icon of={Plus} />
          {texts.hours.add}
        </button>
        {times.length > 0 && <ZoneField zone={zone} change={(chosen) => edit({ zone: chosen, times })} />}
        {draft && (
          <div class="pair">
            <button class="wide primary">{texts.hours.save}</button>
            <button type="button" class="wide" onClick={() => show(undefined)}>
              {texts.hours.discard}
            </button>
          </div>
        )}
      </form>
      {hours && <ForwardField phone={phone} condition="closed" forwarding={forwarding} />}
    </section>
  );
}

interface TimesFieldsProps {
  readonly times: OpenTimes;
  readonly number: number;
  readonly change: (part: Partial<OpenTimes>) => void;
  readonly remove: () => void;
}

function TimesFields({ times, number, change, remove }: TimesFieldsProps) {
  const { from, to } = times;
  const toggle = (day: Day, isOn: boolean) =>
    change({ days: days.filter((one) => (one === day ? isOn : times.days.includes(one))) });
  return (
    <fieldset class="times">
      <legend class="spoken-only">{texts.hours.row(number)}</legend>
      <div class="week">
        {days.map((day) => (
          <label key={day} class="day">
            <input
              type="checkbox"
              aria-label={texts.hours.days[day].long}
              checked={times.days.includes(day)}
              onChange={({ currentTarget: { checked } }) => toggle(day, checked)}
            />
            {texts.hours.days[day].short}
          </label>
        ))}
      </div>
      <div class="span">
        <TimeField label={texts.hours.from} value={from} change={(value) => change({ from: value })} />
        <TimeField label={texts.hours.to} value={to} change={(value) => change({ to: value })} />
        <PersonButton
          class="remove"
          icon={Trash2}
          word={texts.dialer.buttons.remove}
          label={texts.hours.remove(number)}
          act={remove}
        />
      </div>
      {from !== "" && to !== "" && to < from && to !== "00:00" && <small>{texts.hours.nextDay}</small>}
    </fieldset>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
}

function TimeField({ label, value, change }: TimeFieldProps) {
  return (
    <label>
      {label}
      <input type="time" value={value} onInput={({ currentTarget }) => change(currentTarget.value)} />
    </label>
  );
}

function ZoneField({ zone, change }: { readonly zone: string; readonly change: (zone: string) => void }) {
  const zones = new Set([...Intl.supportedValuesOf("timeZone"), "UTC", ownZone(), zone]);
  return (
    <label>
      {texts.hours.zone}
      <select aria-label={texts.hours.zone} value={zone} onChange={({ currentTarget: { value } }) => change(value)}>
        {[...zones].toSorted().map((one) => (
          <option key={one} value={one}>
            {one.replaceAll("_", " ")}
          </option>
        ))}
      </select>
    </label>
  );
}

function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function problemOf(times: readonly OpenTimes[]): string | undefined {
  if (times.some(({ days: chosen }) => chosen.length === 0)) return texts.hours.noDay;
  const isFilled = ({ from, to }: OpenTimes) => from !== "" && to !== "" && (from !== to || from === "00:00");
  return times.every(isFilled) ? undefined : texts.hours.noTime;
}
