// PUBLISH (RFC 3903 §6): a device publishes a document about its user. Each publication has an entity tag; all of an AOR in
// one package are one row, so two devices that publish at the same moment meet a conflict, and both are kept.
import type { Authenticated } from "../auth/authenticate.ts";
import { authenticated } from "../auth/authenticated.ts";
import { mayUseFrom } from "../auth/from.ts";
import { send } from "../effect.ts";
import type { Outcome } from "../outcome.ts";
import {
  EVENT_ROW_SECONDS,
  MAX_DOCUMENT,
  MAX_DOCUMENTS_SIZE,
  MAX_PUBLICATIONS,
  publicationExpiry,
} from "../policy/events.ts";
import { proxyRequest } from "../proxy/proxy.ts";
import { isLive } from "../state/live.ts";
import { type Publication, resourceOf, type ResourceState } from "../state/resource-state.ts";
import { registrationOf, resourceStateOf, type Snapshot, subscriberOf } from "../state/snapshot.ts";
import type { Aor } from "../syntax/aor.ts";
import { utf8Length } from "../syntax/body.ts";
import { decode } from "../syntax/header-table.ts";
import { field, header, type SipRequest } from "../syntax/message.ts";
import { answerTag } from "../transaction/transaction-id.ts";
import type { Incoming } from "../transport/incoming.ts";
import { answerStateless } from "../uas/answer-stateless.ts";
import { refuseExtensions } from "../uas/option-tags.ts";
import { type Reply, refusal, respond } from "../uas/reply.ts";
import type { World } from "../world.ts";
import { addressedAor } from "../proxy/addressed-aor.ts";
import { named } from "./dialog-view.ts";
import type { EventPackage } from "./event-package.ts";
import { eventOf, PUBLISHED_EVENTS } from "./packages.ts";
import { withRegistration } from "./registration-state.ts";
import { isEncoded, readLifetime, refuseAuthenticated } from "./request.ts";
import { resourceChanged } from "./resource-changed.ts";

export async function publish(incoming: Incoming<SipRequest>, world: World): Promise<Outcome> {
  const aor = addressedAor(incoming, world);
  if (aor === undefined) return proxyRequest(incoming, world);
  const read = readPublish(incoming, aor, world);
  if (!read.ok) return refuseAuthenticated(incoming, read.reply, world);
  const { eventPackage } = read;
  const resource = resourceOf(eventPackage.event, aor);
  return authenticated(incoming, world, {
    role: "proxy",
    reads: { registrations: [aor], subscribers: [aor], resourceStates: [resource] },
    recordsFlow: true,
    decide: (sender, snapshot) =>
      published({ incoming, aor, eventPackage, resource, wish: read.wish, sender }, snapshot, world),
  });
}

/** A well-formed PUBLISH: at least one of tag and document. */
interface Wish {
  /** 0 to remove. */
  readonly seconds: number;
  readonly tag?: string;
  readonly body?: string;
}

type ReadPublish =
  | { readonly ok: true; readonly eventPackage: EventPackage; readonly wish: Wish }
  | { readonly ok: false; readonly reply: Reply };

function readPublish(
  { message: request }: Incoming<SipRequest>,
  aor: Aor,
  { settings }: Pick<World, "settings">,
): ReadPublish {
  const unfit = refuseExtensions(request, "proxy-require") ?? refuseExtensions(request, "require");
  if (unfit !== undefined) return { ok: false, reply: unfit };
  const eventPackage = eventOf(request, settings)?.eventPackage;
  if (eventPackage?.refuseDocument === undefined) {
    return { ok: false, reply: refusal("bad-event", { fields: [field("Allow-Events", PUBLISHED_EVENTS)] }) };
  }
  const lifetime = readLifetime(request, publicationExpiry);
  if (!lifetime.ok) return lifetime;
  const { seconds } = lifetime;
  const tag = header(request, "sip-if-match");
  const { body } = request;
  if (tag === undefined && (body === "" || seconds === 0)) return { ok: false, reply: refusal("nothing-to-publish") };
  const refused = body === "" ? undefined : refuseBody(request, aor, eventPackage);
  if (refused !== undefined) return { ok: false, reply: refused };
  return { ok: true, eventPackage, wish: { seconds, ...(tag !== undefined && { tag }), ...(body !== "" && { body }) } };
}

/** Step 5. */
function refuseBody(request: SipRequest, aor: Aor, { contentType, refuseDocument }: EventPackage): Reply | undefined {
  const type = decode(request, "Content-Type");
  if (!type.ok || type.value.value.toLowerCase() !== contentType || isEncoded(request)) {
    const fields = [field("Accept", contentType), field("Accept-Encoding", "identity")];
    return refusal("unsupported-document", { fields });
  }
  if (utf8Length(request.body) > MAX_DOCUMENT) return refusal("document-too-long");
  const why = refuseDocument?.(request.body, aor);
  return why === undefined ? undefined : refusal(why);
}

interface Publishing {
  readonly incoming: Incoming<SipRequest>;
  readonly aor: Aor;
  readonly eventPackage: EventPackage;
  readonly resource: string;
  readonly wish: Wish;
  readonly sender: Authenticated;
}

async function published(publishing: Publishing, snapshot: Snapshot, world: World): Promise<Outcome> {
  const { incoming, aor, eventPackage, resource, wish, sender } = publishing;
  const refuse = (reply: Reply) => answerStateless(incoming, reply, world);
  if (sender.aor !== aor) return refuse(refusal("publish-for-other"));
  if (!mayUseFrom(sender.aor, incoming.essentials.from.uri, world)) return refuse(refusal("from-not-own"));

  const registration = registrationOf(snapshot, aor);
  const stored = resourceStateOf(snapshot, resource);
  const state = withRegistration(stored, registration, eventPackage, world);
  const live = state.publications.filter((publication) => isLive(publication, world.now));
  const known = live.find(({ tag }) => tag === wish.tag);
  if (wish.tag !== undefined && known === undefined) return refuse(refusal("publication-unknown")); // step 3
  if (known === undefined && live.length >= MAX_PUBLICATIONS) return refuse(refusal("too-many-publications"));

  const tag = world.random();
  const next = withWish({ ...state, publications: live }, known, wish, tag, world.now);
  if (wish.body !== undefined && isTooLong(next, aor, eventPackage, world)) return refuse(refusal("document-too-long"));
  const isRefresh = known !== undefined && wish.body === undefined && wish.seconds > 0;
  const isNotified = registration.watched?.includes(eventPackage.event) === true && !(isRefresh && state === stored);
  const part = isNotified
    ? await resourceChanged(next, registration, world, { owner: subscriberOf(snapshot, aor) })
    : {
        changes: [{ kind: "resource state", state: isRefresh ? unreported(next) : next } as const],
        timers: [],
        effects: [],
      };
  const fields = [field("Expires", wish.seconds), field("SIP-ETag", tag)];
  const ok = respond(incoming.message, { status: 200, fields }, answerTag(incoming, world.keys));
  return { ...part, effects: [send({ flow: incoming.flow }, ok), ...part.effects] };
}

/** The document of all devices is in every NOTIFY, those that count again when a device is back included. */
function isTooLong(
  { publications, ...state }: ResourceState,
  aor: Aor,
  served: EventPackage,
  world: Pick<World, "now">,
): boolean {
  const all = publications.map(({ isDormant: _dormant, ...publication }) => publication);
  return utf8Length(served.document({ ...state, publications: all }, aor, world.now, 1, named)) > MAX_DOCUMENTS_SIZE;
}

/** A refresh is stored as a version of its own, and the NOTIFYs have no gap there. */
function unreported(state: ResourceState): ResourceState {
  return { ...state, unreported: (state.unreported ?? 0) + 1 };
}

/** Steps 4 to 6: a new document is the latest; a refresh leaves the documents as they are. */
function withWish(
  state: ResourceState,
  known: Publication | undefined,
  { seconds, body }: Wish,
  tag: string,
  now: number,
): ResourceState {
  const { isWithdrawn: _before, ...rest } = state;
  const expiresAt = now + seconds;
  const kept = { ...rest, expiresAt: Math.max(state.expiresAt, expiresAt + EVENT_ROW_SECONDS) };
  const others = state.publications.filter((one) => one !== known);
  if (seconds === 0) return { ...kept, publications: others, ...(others.length === 0 && { isWithdrawn: true }) };
  if (known !== undefined && body === undefined) {
    const refreshed = { ...known, tag, expiresAt };
    return { ...kept, publications: state.publications.map((one) => (one === known ? refreshed : one)) };
  }
  const latest = { id: known?.id ?? tag, tag, body: body ?? "", expiresAt };
  return { ...kept, publications: [latest, ...others] };
}
