import type { Context } from './connector.ts'

/** When a token that lives for `lifeMs` from now is renewed: `earlyMs` before it lapses, or at half its life if that is later. ISO, for `expiresAt`. */
export const renewalTime = (
  { clock }: Pick<Context<unknown>, 'clock'>,
  { lifeMs, earlyMs }: { readonly lifeMs: number; readonly earlyMs: number },
): string => new Date(clock.now().getTime() + lifeMs - Math.min(earlyMs, lifeMs / 2)).toISOString()
