import { areAll, type Guards } from './shape.ts'
import type { Act } from './tab-message.ts'

/** One tab's view of what the leading tab works at. */
export interface Seat<Snapshot> {
  snapshot(): Snapshot
  subscribe(listener: () => void): () => void
  close(): void
}

/** What the tab that leads works at, for all tabs. */
export interface Work<TabSeat> {
  seat(): TabSeat
  close(): void
}

/** What one act does at a seat. */
export type Deed<TabSeat> = {
  /** Of the seat's snapshot: what it waits for before it is done. */
  readonly when: DeedTime
  /** What it gives goes back to the tab that asked; rejects when it failed. */
  readonly run: (seat: TabSeat, act: Act) => unknown
}

/** `now`: at once. `settled`: when the page no longer just loads. `open`: when there is something to talk in. */
export type DeedTime = 'now' | 'settled' | 'open'
export type Deeds<TabSeat> = ReadonlyMap<string, Deed<TabSeat>>

/** A deed whose arguments are as its guards say; an act with others is passed over. */
export function deed<TabSeat, Args extends readonly unknown[]>(
  guards: Guards<Args>,
  run: (seat: TabSeat, ...args: Args) => unknown,
  when: DeedTime = 'settled',
): Deed<TabSeat> {
  return { when, run: (seat, { args }) => (areAll<Args>(args, guards) ? run(seat, ...args) : null) }
}

/** Does an act at a seat, when its time has come; gives `null` where it has no answer. Never settles after the seat was closed. */
export async function doAct<
  Snapshot extends { readonly type: string },
  TabSeat extends Seat<Snapshot>,
>(seat: TabSeat, deeds: Deeds<TabSeat>, act: Act): Promise<unknown> {
  const found = deeds.get(act.name)
  if (found === undefined) return null // of another build: its tabs do not get here
  if (!isTime(found.when, seat.snapshot())) await comes(seat, found.when)
  return (await found.run(seat, act)) ?? null
}

function isTime(when: DeedTime, { type }: { readonly type: string }): boolean {
  switch (when) {
    case 'now':
      return true
    case 'settled':
      return type !== 'loading'
    case 'open':
      return type === 'open'
  }
}

function comes(seat: Seat<{ readonly type: string }>, when: DeedTime): Promise<void> {
  return new Promise((resolve) => {
    const end = seat.subscribe(() => {
      if (!isTime(when, seat.snapshot())) return
      end()
      resolve()
    })
  })
}
