// Messages of a device: a recorded message, with the addresses and ids of this device and this call.
import { tagIn, uriIn } from "../conformance/sip/address.ts";
import { challengesOf, credentialsLine, strengthOf } from "../conformance/sip/digest.ts";
import { cseqOf, listOf, type SipRequest, type SipResponse, valueOf } from "../conformance/sip/message.ts";
import type { Sample } from "./corpus.ts";
import { aorOf, contactOf, type Device, type Dialog, make, tagOf } from "./device.ts";
import { DOMAIN } from "./domain.ts";
import { fill, type Parts } from "./fill.ts";

/** REGISTER of its contact, as the sample has it. */
export function register(device: Device, sample: Sample, expires: number): string {
  const contact = `<${contactOf(device)}>;+sip.instance="<${device.instance}>";reg-id=1;expires=${expires}`;
  const isWildcard = valueOf(sample.message, "contact") === "*";
  return request(device, sample, `sip:${DOMAIN}`, {
    to: `<${aorOf(device)}>`,
    callId: `reg-${device.name}`,
    ...(!isWildcard && { contact }),
  });
}

/** A request outside any dialog. */
export function request(device: Device, sample: Sample, uri: string, more: Parts = {}): string {
  device.cseq += 1;
  return fill(sample.text, {
    uri,
    vias: [viaOf(device)],
    from: `<${aorOf(device)}>;tag=${make(device, "f")}`,
    to: `<${uri}>`,
    callId: make(device, "call-"),
    cseq: device.cseq,
    ...(sample.message.method !== "REGISTER" && { contact: `<${contactOf(device)}>` }),
    routes: [],
    ...more,
  });
}

function viaOf(device: Device): string {
  return `SIP/2.0/WS ${device.host};branch=z9hG4bK${make(device, "b")}`;
}

export function inDialog(device: Device, sample: Sample, dialog: Dialog): string {
  return request(device, sample, dialog.target, {
    from: `<${dialog.local}>;tag=${dialog.localTag}`,
    to: `<${dialog.remote}>;tag=${dialog.remoteTag}`,
    callId: dialog.callId,
    routes: dialog.routes,
  });
}

/** The ACK for a 2xx. */
export function ackOf(device: Device, sample: Sample, ok: SipResponse): string {
  return fill(sample.text, {
    uri: uriIn(ok, "contact"),
    vias: [viaOf(device)],
    from: valueOf(ok, "from"),
    to: valueOf(ok, "to"),
    callId: valueOf(ok, "call-id"),
    cseq: cseqOf(ok),
    routes: listOf(ok, "record-route").toReversed(),
  });
}

export function cancelOf(sample: Sample, invite: SipRequest): string {
  return fill(sample.text, {
    uri: invite.uri,
    vias: listOf(invite, "via").slice(0, 1),
    from: valueOf(invite, "from"),
    to: valueOf(invite, "to"),
    callId: valueOf(invite, "call-id"),
    cseq: cseqOf(invite),
    routes: listOf(invite, "route"),
  });
}

/** A response of a UAS (§8.2.6, §12.1.1), in the sample's words. */
export function answerTo(device: Device, sample: Sample, asked: SipRequest): string {
  const to = valueOf(asked, "to");
  return fill(sample.text, {
    vias: listOf(asked, "via"),
    recordRoutes: listOf(asked, "record-route"),
    from: valueOf(asked, "from"),
    to: tagIn(asked, "to") === "" ? `${to};tag=${tagOf(device)}` : to,
    callId: valueOf(asked, "call-id"),
    cseqLine: valueOf(asked, "cseq"),
    ...(sample.message.kind === "response" && sample.message.status < 300 && { contact: `<${contactOf(device)}>` }),
  });
}

/** The request once more with credentials for the challenge; a stranger only has a wrong password. */
export function withCredentials(device: Device, [asked, challenge]: readonly [SipRequest, SipResponse]): string {
  const known = challengesOf(challenge).find((one) => strengthOf(one) >= 0);
  device.cseq += 1;
  const again = fill(asked.text, { vias: [viaOf(device)], cseq: device.cseq });
  if (known === undefined) return again;
  const secret = { username: device.claims, password: device.user ?? "guess" };
  return fill(again, { credentials: credentialsLine(known, secret, asked, { cnonce: "c0ffee" }) });
}
