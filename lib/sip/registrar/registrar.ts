// The registrar (RFC 3261 §10.3), step by step.
import { realmOf } from "../auth/challenge.ts";
import { mayUseFrom } from "../auth/from.ts";
import { answerRefused, identify, type Identity } from "../auth/authenticate.ts";
import { withProof } from "../auth/login.ts";
import { presented, whatToRead } from "../auth/credentials.ts";
import { type Aor, aorOf, isOurDomain } from "../syntax/aor.ts";
import { type Binding, deviceOf, rememberedBindings, type Registration } from "../state/registration.ts";
import { noteContact } from "../location/contact-address.ts";
import { publicGruu, temporaryGruu } from "../location/gruu.ts";
import type { Arrival } from "../transport/incoming.ts";
import { LONGEST_FLOW_SECONDS } from "../transport/endpoint.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { respond } from "../uas/reply.ts";
import { unsupportedExtensions, wants } from "../uas/option-tags.ts";
import { quote } from "../syntax/scan.ts";
import type { Essentials } from "../syntax/essentials.ts";
import { field, type HeaderField, type SipRequest } from "../syntax/message.ts";
import { serializeDate } from "../syntax/date.ts";
import { parseUri } from "../syntax/uri.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Change, FlowRecord, Outcome, Seen, World } from "../world.ts";
import { removeAllBindings, type Updated, updateBindings } from "./bindings.ts";
import { readContacts, type WantedContact, type WantedContacts } from "./contact.ts";
import { supersededFlows } from "./superseded.ts";
import { pathOf, refuseWay, registeredFields } from "./outbound.ts";

/** Characters; every binding keeps it to put the next REGISTER in order. */
const MAX_CALL_ID = 256;

export async function register(arrival: Arrival<SipRequest>, world: World): Promise<Outcome> {
  const { message: request, flow, essentials } = arrival;

  // Step 1: a domain that is not ours is somebody else's to register in, and we relay for nobody.
  const requestUri = parseUri(request.uri);
  if (requestUri === undefined)
    return answerStateless(arrival, { status: 400, reason: "Malformed Request-URI" }, world);
  if (requestUri.kind !== "sip") return answerStateless(arrival, { status: 416 }, world);
  if (!isOurDomain(requestUri, world.settings.domains)) return answerStateless(arrival, { status: 403 }, world);

  // Step 2
  const unsupported = unsupportedExtensions(request, "require");
  if (unsupported !== undefined) return answerStateless(arrival, unsupported, world);

  // Step 5 before 3: which AOR decides what has to be read.
  if (essentials.to.uri.kind !== "sip")
    return answerStateless(arrival, { status: 400, reason: "To Is No SIP URI" }, world);
  const aor = aorOf(essentials.to.uri);
  if (aor === undefined || !isOurDomain(essentials.to.uri, world.settings.domains)) {
    return answerStateless(arrival, { status: 404 }, world);
  }
  const wanted = readContacts(request);
  if (wanted.kind === "malformed") return answerStateless(arrival, { status: 400, reason: wanted.reason }, world);

  if (essentials.callId.length > MAX_CALL_ID)
    return answerStateless(arrival, { status: 400, reason: "Call-ID Too Long" }, world);
  const contacts = wanted.kind === "update" ? wanted.contacts : [];
  const firstHop = refuseWay(request, essentials, contacts);
  if (firstHop !== undefined) return answerStateless(arrival, firstHop, world);

  // Steps 3 and 4
  const shown = presented("registrar", arrival, world);
  const seen = await world.look({ flow, registration: aor, ...whatToRead(shown, arrival) });
  const who = await identify("registrar", arrival, shown, seen, world);
  if (who.kind === "refusal") return answerRefused(arrival, who, world);
  const wish = { aor, who, wanted, contacts };
  return withProof(await update(arrival, wish, seen, world), who, seen.flow);
}

/** What somebody who is known asks for. */
interface Wish {
  readonly aor: Aor;
  readonly who: Identity;
  readonly wanted: Exclude<WantedContacts, { kind: "malformed" }>;
  readonly contacts: readonly WantedContact[];
}

/** §10.2: an AOR is bound by its own user, whose name From has; a third party would have its own name there. */
/* mutant: own AOR */ function mayBind(identity: Aor, aor: Aor, { from }: Essentials, world: World): boolean {
  return identity === aor && mayUseFrom(identity, from.uri, world);
}

async function update(arrival: Arrival<SipRequest>, wish: Wish, seen: Seen, world: World): Promise<Outcome> {
  const { message: request, flow, essentials } = arrival;
  const { aor, who, wanted, contacts } = wish;
  if (!mayBind(who.identity, aor, essentials, world)) {
    return answerStateless(arrival, { status: 403 }, world);
  }

  // Steps 6 and 7
  const { now, settings } = world;
  const old = rememberedBindings(seen.registration.bindings, settings.maxBindings, now);
  const by = { flow, callId: essentials.callId, cseq: essentials.cseq.number, path: pathOf(request), now };
  const updated: Updated =
    wanted.kind === "update"
      ? updateBindings(old, wanted.contacts, by, settings)
      : wanted.kind === "remove all"
        ? removeAllBindings(old, by)
        : { ok: true, bindings: old };
  if (!updated.ok) return answerStateless(arrival, updated.refusal, world);

  // Step 8
  const live = updated.bindings.filter((binding) => binding.expiresAt > world.now);
  const withGruus = wants(request, "gruu");
  const fields = [
    ...live.map((binding) => contactField(binding, aor, withGruus, world)),
    ...(wanted.kind === "query" ? [] : registeredFields(request, contacts, realmOf(world))),
    field("Date", serializeDate(world.now)),
  ];
  const ok = respond(request, { status: 200, fields }, answerTag(arrival, world.keys));
  const changes: Change[] = [];
  if (wanted.kind !== "query") {
    const remembered = rememberedBindings(updated.bindings, settings.maxBindings, now);
    changes.push(registrationChange(seen.registration, remembered, now));
  }
  const record = flowRecord(arrival.flow, who, live, seen.flow, world.now);
  if (record !== undefined) {
    changes.push({ kind: "flow", record });
    const own = live.find((binding) => binding.flow === flow);
    const isGivenGruu = withGruus && own?.instance !== undefined;
    if (own !== undefined && !isGivenGruu) changes.push(...(await noteContact(own, aor, record.expiresAt, world)));
  }
  const closes = supersededFlows(seen.registration, contacts, flow, world.now);
  return { changes, timers: [], sends: [{ to: { flow }, message: ok }], ...(closes.length > 0 && { closes }) };
}

/** An AOR without bindings keeps its row for an hour, so that its version goes on and no late write is mistaken. */
const EMPTY_ROW_SECONDS = 3600;

export function registrationChange(read: Registration, bindings: readonly Binding[], now: number): Change {
  const expiresAt = Math.max(now + EMPTY_ROW_SECONDS, ...bindings.map((binding) => binding.expiresAt));
  return { kind: "registration", registration: { ...read, bindings }, expiresAt };
}

/** What the flow is known for from now on; undefined if that is nothing new, which saves the write on a refresh. */
function flowRecord(
  flow: string,
  { identity: aor, answer }: Identity,
  bindings: readonly Binding[],
  known: FlowRecord | undefined,
  now: number,
): FlowRecord | undefined {
  const own = bindings.find((binding) => binding.flow === flow);
  const isBound = known === undefined || own === undefined || known.bound.includes(aor);
  const instance = own === undefined ? known?.instance : deviceOf(own);
  if (known !== undefined && known.expiresAt > now && isBound && instance === known.instance) return undefined;

  const bound = new Set(known?.bound);
  if (own !== undefined) bound.add(aor);
  const answered = answer ?? known?.answered;
  return {
    flow,
    identity: aor,
    ...(instance !== undefined && { instance }),
    bound: [...bound],
    ...(answered !== undefined && { answered }),
    expiresAt: now + LONGEST_FLOW_SECONDS,
  };
}

/** A device that asks for them is told the addresses that mean it alone (RFC 5627 §5.2). */
function contactField(binding: Binding, aor: Aor, withGruus: boolean, world: World): HeaderField {
  const { contact, expiresAt, q, instance, regId } = binding;
  const device = instance === undefined ? "" : `;+sip.instance=${quote(`<${instance}>`)}`;
  const path = regId === undefined ? "" : `;reg-id=${regId}`;
  const preference = q === 1000 ? "" : `;q=${q / 1000}`;
  const gruus = withGruus && instance !== undefined ? gruuParameters(binding, aor, instance, world) : "";
  return field("Contact", `<${contact}>;expires=${expiresAt - world.now}${preference}${device}${path}${gruus}`);
}

function gruuParameters(binding: Binding, aor: Aor, instance: string, world: World): string {
  const temporary = temporaryGruu(aor, binding, realmOf(world), world.random(), world.keys);
  return `;pub-gruu=${quote(publicGruu(aor, instance))};temp-gruu=${quote(temporary)}`;
}
