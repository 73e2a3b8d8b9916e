import middy from "@middy/core";
import { observed } from "../lib/aws/middleware.ts";
import { createRotation } from "../lib/aws/secrets-manager/create-rotation.ts";
import type { RotationEvent } from "../lib/aws/secrets-manager/rotation.ts";

const rotation = createRotation();

/** A step of the rotation of the signing secret, by Secrets Manager's calendar. */
export const handler = middy<RotationEvent, void>().use(observed<RotationEvent, void>("rotate")).handler(rotation);
