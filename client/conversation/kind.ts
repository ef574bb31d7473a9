/** Byte that names an entry's kind in its header. A code, once given, never means anything else. */
export const KIND = {
  text: 1,
  edit: 2,
  delete: 3,
  reply: 4,
  reaction: 5,
  productCard: 6,
  fileOffer: 7,
  /** A fault that a shopper reports, or a rating. */
  form: 8,
  policy: 9,
  acceptance: 10,
  warning: 11,
  sanction: 12,
  appeal: 13,
  membership: 14,
  system: 15,
} as const
