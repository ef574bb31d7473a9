import { MemoryBusLine } from '../../../signaling/bus/memory-bus.ts'
import { testBus } from './bus-contract.ts'

const line = new MemoryBusLine()
testBus('the bus in memory', () => line.connect())
