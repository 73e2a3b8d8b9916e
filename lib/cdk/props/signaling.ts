import type { AccessProps } from "./access.ts";
import type { OperationProps } from "./operations.ts";
import type { ProtocolProps } from "./protocol.ts";

/** Every prop has a default. */
export interface SipSignalingProps extends ProtocolProps, AccessProps, OperationProps {}
