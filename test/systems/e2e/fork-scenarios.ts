// Requests to several devices of one user, answered one after the other or all at once.
import type { SipRequest } from "../../../lib/sip/syntax/message.ts";
import type { SocketPhone } from "../../support/phone/socket.ts";
import type { Service } from "./service.ts";

export interface Fork {
  readonly service: Service;
  readonly caller: SocketPhone;
  readonly devices: readonly SocketPhone[];
  /** The answers meet each other; otherwise each is settled before the next one is sent. */
  readonly isAtOnce: boolean;
}

export type ForkScenario = (fork: Fork) => Promise<void>;

export const allBusy: ForkScenario = async (fork) => {
  const received = await sent(fork, "INVITE");
  await answerAll(fork, received, 486);
  await fork.caller.takeFinal("INVITE");
};

export const ringAndCancel: ForkScenario = async (fork) => {
  const { service, caller, devices } = fork;
  const [first] = devices;
  const invite = await caller.request("INVITE", first?.aor ?? "");
  const received = await Promise.all(devices.map((device) => device.takeRequest("INVITE")));
  await service.cloud.settled();
  await answerAll(fork, received, 180);
  await caller.request("CANCEL", invite.uri, invite);
  await Promise.all(devices.map(async (device) => device.answer(await device.takeRequest("CANCEL"), 200)));
  await service.cloud.settled();
  await answerAll(fork, received, 487);
  await caller.takeFinal("INVITE");
};

export const allReceive: ForkScenario = async (fork) => {
  await answerAll(fork, await sent(fork, "MESSAGE"), 200);
  await fork.caller.takeFinal("MESSAGE");
};

async function sent({ service, caller, devices }: Fork, method: string): Promise<readonly SipRequest[]> {
  const body = "v=0\r\n";
  await caller.request(method, devices[0]?.aor ?? "", { body, lines: ["Content-Type: text/plain"] });
  const received = await Promise.all(devices.map((device) => device.takeRequest(method)));
  await service.cloud.settled();
  return received;
}

async function answerAll(
  { service, devices, isAtOnce }: Fork,
  received: readonly SipRequest[],
  status: number,
): Promise<void> {
  const answers = devices.map((device, at) => async () => {
    const request = received[at];
    if (request !== undefined) await device.answer(request, status, { tag: `tag-of-${at}` });
  });
  if (isAtOnce) await Promise.all(answers.map((answer) => answer()));
  else {
    for (const answer of answers) {
      await answer();
      await service.cloud.settled();
    }
  }
  await service.cloud.settled();
}
