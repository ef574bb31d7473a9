import { randomBytes, toHex } from '@hamsa/crypto'
import { openBroadcastTabChannel } from '../../client/tabs/broadcast-tab-channel.ts'
import { tabChannelContract } from '../contract/tab-channel-contract.ts'
import { MemoryTabs } from '../helpers/memory-tabs.ts'

tabChannelContract('memory', () => new MemoryTabs().open)
tabChannelContract('BroadcastChannel', () => {
  const browser = toHex(randomBytes(8))
  return (name) => openBroadcastTabChannel(`${browser}/${name}`)
})
