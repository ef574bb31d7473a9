/*
 * Frames of the signalling service, one JSON object a WebSocket text message. The rules stand in
 * PROTOCOL.md. Pure: the client imports this file too.
 */

/** Longest frame either side takes, in UTF-16 code units of the JSON text and in bytes on the wire. */
export const MAX_FRAME_BYTES = 64 * 1024
export const MAX_TOPIC_CHARS = 128
/** Most topics one `subscribe` may name; stock y-webrtc names all of its rooms at once. */
export const MAX_TOPICS_PER_FRAME = 256

/** Why the service closes a socket; 4000–4999 are ours (RFC 6455 §7.4.2), the others are the registry's (§11.7). */
export const CLOSE = {
  tooLarge: 1009,
  goingAway: 1012,
  badFrame: 4400,
  notAllowed: 4403,
  tooSlow: 4408,
  tooMany: 4429,
} as const

/** Joins topics; an inbox topic is joined by `prove` instead and ignored here. */
export type Subscribe = { readonly type: 'subscribe'; readonly topics: readonly string[] }
export type Unsubscribe = { readonly type: 'unsubscribe'; readonly topics: readonly string[] }
/** To every other subscriber of the topic, as sent. `data` is opaque to the service. */
export type Publish = { readonly type: 'publish'; readonly topic: string; readonly data: unknown }
export type Ping = { readonly type: 'ping' }
/** Asks for the socket's nonce, which `prove` signs. */
export type ChallengeRequest = { readonly type: 'challenge' }
/**
 * A shop device joins its inbox topic: `key` is the inbox signing key, `signature` is over the nonce
 * and the topic. Where only known shops are served, `certificate` is root's word for the inbox and
 * `claim` the one-time token that makes the shop known. All base64url; `null` is left out.
 */
export type Prove = {
  readonly type: 'prove'
  readonly topic: string
  readonly key: string
  readonly signature: string
  readonly certificate: string | null
  readonly claim: string | null
}
/** What a client sends. */
export type ClientFrame = Subscribe | Unsubscribe | Publish | Ping | ChallengeRequest | Prove

export type Pong = { readonly type: 'pong' }
export type Challenge = { readonly type: 'challenge'; readonly nonce: string }
export type Proved = { readonly type: 'proved'; readonly topic: string }
/** To `prove`: rightly proven, but not the inbox of a shop that is served here. */
export type UnknownShop = { readonly type: 'unknown-shop'; readonly topic: string }
/** What the service sends. */
export type ServerFrame = Publish | Pong | Challenge | Proved | UnknownShop

/** Names the shop's inbox topic in a request to `/ice`: a header, since proxies write addresses down. */
export const INBOX_HEADER = 'Hamsa-Inbox'
/** `error` in the answer of `/ice` to whoever comes for no shop that is served. */
export const UNKNOWN_SHOP = 'unknown shop'
