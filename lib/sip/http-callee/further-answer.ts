// The answer to a further offer (RFC 3264 §8), made of the first answer: no HTTP endpoint takes a second offer (RFC 9725 §4.3
// has ICE restarts only). Hold and resume change the directions, and added media are refused. The endpoint is not informed
// and keeps sending.
import {
  type Direction,
  directionOf,
  isRefused,
  type MediaDescription,
  parseSdp,
  refused,
  type SessionDescription,
  serializeSdp,
  withDirection,
  withVersionRaised,
} from "../syntax/sdp.ts";

/**
 * Undefined if the offer cannot be read or has fewer media than the first answer, which RFC 3264 §8 forbids.
 * @param count further offers so far, this one included
 */
export function furtherAnswer(first: string, offer: string, count: number): string | undefined {
  const [answer, offered] = [parseSdp(first), parseSdp(offer)];
  if (answer === undefined || offered === undefined || offered.media.length < answer.media.length) return undefined;
  const media = offered.media.map((one, at) => {
    const before = answer.media[at];
    return before === undefined || isRefused(one) || isRefused(before)
      ? refused(one)
      : withDirection(before, turned(one, offered, before, answer));
  });
  return serializeSdp({ session: withVersionRaised(answer.session, count), media });
}

/** The first answer again, as an offer of this side (RFC 3261 §14.1: a re-INVITE without an offer). */
export function answerAsOffer(first: string, count: number): string | undefined {
  const answer = parseSdp(first);
  return answer && serializeSdp({ ...answer, session: withVersionRaised(answer.session, count) });
}

/** RFC 3264 §6.1: at most what the offer allows, and at most what the endpoint agreed to. */
function turned(
  offered: MediaDescription,
  offer: SessionDescription,
  before: MediaDescription,
  answer: SessionDescription,
): Direction {
  const [theirs, ours] = [directionOf(offered, offer), directionOf(before, answer)];
  const isSending = SENDS.has(ours) && RECEIVES.has(theirs);
  const isReceiving = RECEIVES.has(ours) && SENDS.has(theirs);
  if (isSending) return isReceiving ? "sendrecv" : "sendonly";
  return isReceiving ? "recvonly" : "inactive";
}

const SENDS: ReadonlySet<Direction> = new Set(["sendrecv", "sendonly"]);
const RECEIVES: ReadonlySet<Direction> = new Set(["sendrecv", "recvonly"]);
