// RFC 5118: the 12 messages with the outcome of each, in the order of the RFC.
import { accept, reject, type TortureMessage } from "../rfc4475/torture-message.ts";

export const rfc5118: readonly TortureMessage[] = [
  accept("ipv6-good", "4.1", "Valid SIP Message with an IPv6 Reference", { domain: "[2001:db8::10]" }),
  reject("ipv6-bad", "4.2", "Invalid SIP Message with an IPv6 Reference", [400]),
  accept("port-ambiguous", "4.3", "Port Ambiguous in a SIP URI", { domain: "[2001:db8::10:5070]" }),
  accept("port-unambiguous", "4.4", "Port Unambiguous in a SIP URI", { domain: "[2001:db8::10]" }),
  accept("via-received-param-with-delim", "4.5", "IPv6 Reference Delimiters in Via Header", {
    domain: "[2001:db8::10]",
  }),
  accept("via-received-param-no-delim", "4.5", "IPv6 Reference Delimiters in Via Header", { domain: "[2001:db8::10]" }),
  accept("ipv6-in-sdp", "4.6", "IPv6 Addresses in an SDP Body", { domain: "[2001:db8::10]" }),
  accept("mult-ip-in-header", "4.7", "Multiple IP Addresses in SIP Headers", { domain: "host.example.net" }),
  accept("mult-ip-in-sdp", "4.8", "Multiple IP Addresses in SDP", { domain: "[2001:db8::10]" }),
  accept("ipv4-mapped-ipv6", "4.9", "IPv4-Mapped IPv6 Addresses"),
  accept("ipv6-bug-abnf-3-colons", "4.10", "IPv6 Reference Bug in RFC 3261 ABNF", { domain: "[2001:db8:::192.0.2.1]" }),
  accept("ipv6-correct-abnf-2-colons", "4.10", "IPv6 Reference Bug in RFC 3261 ABNF", {
    domain: "[2001:db8::192.0.2.1]",
  }),
];
