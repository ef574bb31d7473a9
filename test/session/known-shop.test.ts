import { describe, expect, it } from 'vitest'
import {
  encodeCertificate,
  encodeRevocationList,
  identityFromSeed,
  issueCertificate,
  issueRevocationList,
  makeSeed,
  type Identity,
  type RevocationList,
} from '@hamsa/crypto'
import { profileOfName } from '../../client/identity/shop-profile.ts'
import { encodeSignedProfile, signProfile } from '../../client/identity/signed-profile.ts'
import { KnownDevices } from '../../client/session/known-devices.ts'
import { KnownProfile } from '../../client/session/known-profile.ts'
import { ShopDevices } from '../../client/session/shop-devices.ts'
import { StorageError, type Vault } from '../../client/storage/ports.ts'
import { testStorage } from '../helpers/test-storage.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOW_MS = 1_790_000_000_000
const root = identityFromSeed(makeSeed())
const stranger = identityFromSeed(makeSeed())

const peerOf = (device: Identity, by: Identity = root) => ({
  key: device.signing.publicKey,
  certificate: encodeCertificate(
    issueCertificate({
      root: by.signing,
      device: { signing: device.signing.publicKey, box: device.box.publicKey },
      role: 'owner',
      name: '',
      notBeforeMs: NOW_MS,
      notAfterMs: NOW_MS + 1_000,
    }),
  ),
  epoch: 0,
})
const listOf = (before: RevocationList | null, ...devices: readonly Identity[]): RevocationList =>
  issueRevocationList({
    root: root.signing,
    before,
    devices: devices.map(({ signing }) => signing.publicKey),
  })
const load = (vault: Vault, nowMs = NOW_MS): Promise<KnownDevices> =>
  KnownDevices.load({
    root: root.signing.publicKey,
    devices: new ShopDevices(),
    vault,
    now: () => nowMs,
  })
const failing = (vault: Vault): Vault => ({
  ...vault,
  write: () => Promise.reject(new StorageError('full')),
})

describe('the devices of a shop, as a shopper knows them', () => {
  const device = identityFromSeed(makeSeed())

  it('are admitted while root’s certificate is valid', async () => {
    const { vault } = testStorage()
    expect(await (await load(vault)).admit(peerOf(device))).toBe(true)
    expect(await (await load(vault)).admit(peerOf(device, stranger))).toBe(false)
    expect(await (await load(vault, NOW_MS + 7 * DAY_MS)).admit(peerOf(device))).toBe(false)
    const { key } = peerOf(stranger)
    expect(await (await load(vault)).admit({ ...peerOf(device), key })).toBe(false)
    expect(await (await load(vault)).admit({ ...peerOf(device), certificate: null })).toBe(false)
  })

  it('are admitted no more once root has revoked them, also after a reload', async () => {
    const { vault } = testStorage()
    const known = await load(vault)
    let told = 0
    known.subscribe(() => told++)
    await known.revoke(encodeRevocationList(listOf(null, device)))
    expect(told).toBe(1)
    expect(await known.admit(peerOf(device))).toBe(false)
    expect(await (await load(vault)).admit(peerOf(device))).toBe(false)
  })

  it('are revoked by no list of another root, an older one, or one that forgets somebody', async () => {
    const known = await load(testStorage().vault)
    const other = identityFromSeed(makeSeed())
    const first = listOf(null, device)
    await known.revoke(encodeRevocationList(listOf(first, other)))
    for (const list of [
      issueRevocationList({ root: stranger.signing, before: null, devices: [] }),
      first,
      listOf(listOf(listOf(null, other), stranger), stranger), // number 3, without the device
    ]) {
      await known.revoke(encodeRevocationList(list))
    }
    await known.revoke(new Uint8Array(100))
    const forged = encodeRevocationList(listOf(listOf(first, other), stranger))
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    await known.revoke(forged)
    expect(known.isRevoked(device.signing.publicKey)).toBe(true)
    expect(known.isRevoked(other.signing.publicKey)).toBe(true)
    expect(known.isRevoked(stranger.signing.publicKey)).toBe(false)
  })

  it('are revoked also where that cannot be stored', async () => {
    const known = await load(failing(testStorage().vault))
    await known.revoke(encodeRevocationList(listOf(null, device)))
    expect(await known.admit(peerOf(device))).toBe(false)
  })
})

describe('the profile of a shop, as a shopper knows it', () => {
  const profile = (number: number, by: Identity = root): Uint8Array =>
    encodeSignedProfile(signProfile({ ...profileOfName(`shop ${number}`), number }, by.signing))
  const rootKey = root.signing.publicKey

  it('is the newest that root has signed, also after a reload', async () => {
    const { vault } = testStorage()
    const known = await KnownProfile.load(rootKey, vault)
    expect(known.profile).toBeNull()
    expect(await known.take(profile(2))).toBe(true)
    expect(await known.take(profile(1))).toBe(false)
    expect(await known.take(profile(2))).toBe(false)
    expect(await known.take(profile(3, stranger))).toBe(false)
    expect(await known.take(new Uint8Array(70))).toBe(false)
    expect(known.profile?.name).toBe('shop 2')
    expect((await KnownProfile.load(rootKey, vault)).profile?.name).toBe('shop 2')
  })

  it('is shown also where it cannot be stored', async () => {
    const known = await KnownProfile.load(rootKey, failing(testStorage().vault))
    expect(await known.take(profile(1))).toBe(true)
    expect(known.profile?.name).toBe('shop 1')
  })
})
