/**
 * Carries texts between the processes of one service: who listens to a topic may sit at another one.
 *
 * - A text reaches every other process that is subscribed, as it was, and never the one that published it.
 * - Nothing is kept: while the bus is away texts are lost, and peers announce themselves again.
 */
export interface Bus {
  publish(topic: string, text: string): void
  /** What other processes publish to the topic. Returns the unsubscriber; calling it twice is harmless. */
  subscribe(topic: string, onText: (text: string) => void): () => void
  /** Whether texts get through now. */
  isUp(): boolean
  /** Twice is harmless. */
  close(): Promise<void>
}
