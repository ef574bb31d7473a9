import type {} from '../../link/page/link-page.ts'

/*
 * Both run in a link page by themselves: nothing of this file is there but the function. A message
 * carries the moment at which it was said, by the clock that all pages of a machine share.
 */

/** Says so many messages, one each `gapMs`. */
export async function sayMoments([count, gapMs]: readonly [number, number]): Promise<void> {
  for (let said = 0; said < count; said++) {
    await new Promise((resolve) => setTimeout(resolve, gapMs))
    const now = performance.timeOrigin + performance.now()
    await window.linkPage.say('link', String(now))
  }
}

/** How old each of the next so many messages is when it stands in the log here, in milliseconds. */
export async function agesOfNext(count: number): Promise<number[]> {
  const ages: number[] = []
  for (let next = window.linkPage.texts('link').length; ages.length < count; next++) {
    const texts = await window.linkPage.whenTexts('link', next + 1)
    ages.push(performance.timeOrigin + performance.now() - Number(texts[next]))
  }
  return ages
}
