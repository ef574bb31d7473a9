/* What this folder takes from its surroundings. `wire.ts` gives the browser's; tests give their own. */

/** The WebRTC constructors: the browser's, or those of a Node binding. */
export type RtcPlatform = {
  readonly RTCPeerConnection: new (config: RTCConfiguration) => RTCPeerConnection
  readonly RTCSessionDescription: new (init: RTCSessionDescriptionInit) => RTCSessionDescription
  readonly RTCIceCandidate: new (init: RTCIceCandidateInit) => RTCIceCandidate
}

/** The page's window, of which only this is used: y-webrtc's unload handler must go. `null` in Node. */
export type UnloadTarget = {
  removeEventListener(type: 'beforeunload', listener: () => void): void
} | null
