/** Why a draft cannot be written: nothing to see in it, over a limit, or not of its format. */
export type BodyFault = 'empty' | 'too-large' | 'malformed'
