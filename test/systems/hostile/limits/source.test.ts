import { expect, test } from "@jest/globals";
import { networkOf, sourceOf } from "../../../../lib/sip/limits/source.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:0DB8:0001:0002:FFFF:ffff:ffff:ffff", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["::FFFF:c000:207", "192.0.2.7"],
  ["2001:db8:1:3::1", "2001:db8:1:3::/64"],
  ["no address", "no address"],
  ["1:2", "1:2"],
  ["", ""],
])("%j is counted as %j", (address, network) => {
  expect(sourceOf(address)).toBe(network);
});

test.each([
  ["2001:db8:1:23ff::1", 56, "2001:db8:1:2300::/56"],
  ["2001:db8:1:2300::", 56, "2001:db8:1:2300::/56"],
  ["2001:db8:1:2::1", 48, "2001:db8:1::/48"],
  ["192.0.2.7", 48, "192.0.2.7"],
])("%j in networks of /%i is %j", (address, bits, network) => {
  expect(networkOf(address, bits)).toBe(network);
});
