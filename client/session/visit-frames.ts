/*
 * What a session publishes beside the links. Both begin with kind and version; a dot never occurs
 * in the base64 of y-webrtc's own signals, so the two cannot be taken for each other.
 */

/** A knock, to the inbox topic: prefix ‖ base64url. */
export const KNOCK_PREFIX = 'k1.'
/** An answer, to the visit's topic: prefix ‖ base64url. */
export const ANSWER_PREFIX = 'a1.'
