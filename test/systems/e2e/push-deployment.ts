// The deployment of wake-up-app.ts with a push service on HTTPS, whose certificate its functions trust.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LocalCloud, LocalCloudOptions } from "../../../lib/local/local-cloud.ts";
import { openPushService, type PushService } from "../../parts/aws/web-push/push-service.ts";
import { assemblyOf } from "../../support/assembly.ts";
import { onlinePhone, type SocketPhone } from "../../support/phone/socket.ts";
import { DOMAIN } from "./service.ts";

export interface PushDeployment {
  readonly pushes: PushService;
  readonly options: Pick<LocalCloudOptions, "assembly" | "trustedCertificates">;
  /** Connects a phone of the user, the same with each call, that can be woken at a push address of its own. */
  phoneOf(user: string): (cloud: LocalCloud) => Promise<SocketPhone>;
  /** After its clouds. */
  close(): Promise<void>;
}

export async function openPushDeployment(): Promise<PushDeployment> {
  const folder = mkdtempSync(join(tmpdir(), "wake-up-"));
  const pushes = await openPushService();
  const trustedCertificates = join(folder, "push-service.pem");
  writeFileSync(trustedCertificates, pushes.certificate);
  const app = new URL("wake-up-app.ts", import.meta.url).href;
  const assembly = await assemblyOf(app, { pushHost: new URL(pushes.origin).host });
  return {
    pushes,
    options: { assembly, trustedCertificates },
    phoneOf(user) {
      const { prid, param } = pushes.subscribe();
      const uriParameters = `;pn-provider=webpush;pn-prid=${encodeURIComponent(prid)};pn-param=${param}`;
      const device = { user, domain: DOMAIN, instance: `urn:uuid:${crypto.randomUUID()}`, uriParameters };
      return ({ ws }) => onlinePhone(ws, device);
    },
    async close() {
      await pushes.close();
      rmSync(folder, { recursive: true });
    },
  };
}
