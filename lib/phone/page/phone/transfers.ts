// Calls that take the place of another one: the transfer that this phone makes, the one that it follows, the one that it is the
// target of, and a call that the server no longer knows.
import { share } from "../media/stream.ts";
import { shortened } from "../sip/address.ts";
import type { Call, StartCall } from "../sip/call.ts";
import { replacing } from "../sip/forgotten.ts";
import { texts } from "../texts.ts";
import { addressProblem } from "./address-problem.ts";
import type { CallSurroundings } from "./call-surroundings.ts";
import type { OutgoingCalls } from "./outgoing-calls.ts";

export interface Transfers {
  readonly transfer: (target: string) => Promise<void>;
  /** Connects the peers of the two calls. */
  readonly connectBoth: () => Promise<void>;
  /** The peer asks this phone to call another one. A REFER cannot lead out of the domain, so the user is not asked. */
  readonly follow: (old: Call, start: StartCall) => Promise<void>;
  /** The peer of a call is replaced by the one of another call: answered at once, with the devices of the old call. */
  readonly replace: (old: Call, call: Call) => Promise<void>;
  /** Calls the peer of a call again that the server no longer knows; the new call takes its place at both ends. */
  readonly renew: (old: Call) => Promise<void>;
}

/** @param begin adds the call of a session that has begun */
export function createTransfers(
  { store, line, listener, isOnline, list: { heard, held, succeed }, callOf }: CallSurroundings,
  begin: OutgoingCalls["begin"],
): Transfers {
  const renewed = new WeakSet<Call>();
  const tellConnected = (old: Call, call: Call) => {
    old.endsQuietly(true);
    if (old.state.peer.address === call.state.peer.address) return; // the same call by another dialog
    listener.tell(texts.ended.connectedYou(old.state.peer.name, call.state.peer.name), "calm");
  };
  const refer = async (target: string, name: string, other?: Call) => {
    if (!isOnline()) return listener.tell(texts.dialer.notSignedIn);
    listener.tell(undefined);
    try {
      const from = other === undefined ? heard() : held();
      const problem = await from?.transfer(target, name, other);
      if (problem !== undefined) listener.tell(problem);
    } catch (error) {
      listener.tell(addressProblem(target, store.state.domain, error));
    }
  };

  return {
    transfer: (target) => refer(target, shortened(target, store.state.domain)),
    connectBoth: async () => {
      const other = heard();
      if (other === undefined) return;
      const { uri } = other.session.remote_identity;
      await refer(uri.toString(), other.state.peer.name, other);
    },
    follow: async (old, start) => {
      const { local, isMuted } = old.state;
      if (local === undefined) return;
      listener.tell(undefined);
      const shared = share(local, isMuted);
      const pcConfig = (await line()?.iceServers()) ?? {};
      start(
        (session) => {
          const call = begin(session, shared, shared.getVideoTracks().length > 0);
          if (isMuted) call.mute(true);
          old.leadsTo(call.state.peer.name);
          session.on("confirmed", () => tellConnected(old, call));
          session.on("failed", () => {
            old.leadsTo("");
            listener.tell(texts.ended.notConnected(old.state.peer.name, call.state.peer.name), "calm");
          });
        },
        shared,
        pcConfig,
      );
    },
    replace: async (old, call) => {
      tellConnected(old, call);
      const { local, isMuted } = old.state;
      if (local === undefined) return;
      call.answer(share(local, isMuted), (await line()?.iceServers()) ?? {});
      if (isMuted) call.mute(true);
    },
    renew: async (old) => {
      const [{ local, isMuted, isHeld, offersVideo, since = Date.now(), peer }, current] = [old.state, line()];
      if (local === undefined || current === undefined || renewed.has(old)) return;
      renewed.add(old);
      const shared = share(local, isMuted);
      const { uri } = old.session.remote_identity;
      const servers = await current.iceServers();
      const session = current.call(uri.toString(), shared, servers, replacing(old.session));
      const call = callOf(session, { incoming: false, offersVideo, local: shared, since });
      session.on("confirmed", () => {
        succeed(old, call);
        old.endsQuietly(true);
        old.end();
        if (isMuted) call.mute(true);
        if (isHeld) call.hold(true);
      });
      session.on("failed", () => {
        renewed.delete(old);
        listener.tell(texts.call.forgotten(peer.name));
      });
    },
  };
}
