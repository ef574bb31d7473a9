import { KEY_BYTES } from '@hamsa/crypto'
import type { SanctionKind } from '../body.ts'
import { ENTRY_ID_BYTES } from '../ids.ts'
import type { BodyCodec } from './body-codec.ts'
import { lineOf, proseOf } from './text-rule.ts'

export const MAX_POLICY_CHARS = 20_000
export const MAX_RULE_CHARS = 200
export const MAX_WARNING_CHARS = 2_000
export const MAX_REASON_CHARS = 2_000
export const MAX_APPEAL_CHARS = 2_000
const POLICY_VERSION_BYTES = 4

const SANCTIONS: readonly SanctionKind[] = ['slow-mode', 'mute', 'removal']
const POLICY = proseOf(MAX_POLICY_CHARS)
const RULE = lineOf(MAX_RULE_CHARS)
const WARNING = proseOf(MAX_WARNING_CHARS)
const REASON = proseOf(MAX_REASON_CHARS)
const APPEAL = proseOf(MAX_APPEAL_CHARS)

export const policyBody: BodyCodec<'policy'> = {
  write: ({ version, text }, writer) =>
    writer.uint(version, POLICY_VERSION_BYTES, 1).text(POLICY, text),
  read: (reader) => ({
    kind: 'policy',
    version: reader.uint(POLICY_VERSION_BYTES, 1),
    text: reader.text(POLICY),
  }),
}

export const warningBody: BodyCodec<'warning'> = {
  write: ({ member, about, rule, text }, writer) =>
    writer
      .raw(member, KEY_BYTES)
      .optional(about, (entry) => writer.raw(entry, ENTRY_ID_BYTES))
      .text(RULE, rule)
      .text(WARNING, text),
  read: (reader) => {
    const member = reader.signingKey()
    const about = reader.optional(() => reader.entryId())
    const rule = reader.text(RULE)
    const text = reader.text(WARNING)
    return member === null ? null : { kind: 'warning', member, about, rule, text }
  },
}

export const sanctionBody: BodyCodec<'sanction'> = {
  write: ({ member, sanction, untilMs, about, rule, reason }, writer) =>
    writer
      .raw(member, KEY_BYTES)
      .choice(SANCTIONS, sanction)
      .optional(untilMs, (ms) => writer.time(ms))
      .optional(about, (entry) => writer.raw(entry, ENTRY_ID_BYTES))
      .text(RULE, rule)
      .text(REASON, reason),
  read: (reader) => {
    const member = reader.signingKey()
    const sanction = reader.choice(SANCTIONS)
    const untilMs = reader.optional(() => reader.time())
    const about = reader.optional(() => reader.entryId())
    const rule = reader.text(RULE)
    const reason = reader.text(REASON)
    if (member === null || sanction === null) return null
    return { kind: 'sanction', member, sanction, untilMs, about, rule, reason }
  },
}

export const appealBody: BodyCodec<'appeal'> = {
  write: ({ about, text }, writer) => writer.raw(about, ENTRY_ID_BYTES).text(APPEAL, text),
  read: (reader) => {
    const about = reader.entryId()
    const text = reader.text(APPEAL)
    return about === null ? null : { kind: 'appeal', about, text }
  },
}
