/** How the calls of one client are signed. */
export interface Signing<Token, Answer> {
  current(): Promise<Token>
  /** Another one, which somebody else may have got meanwhile; undefined: a new one cannot help. */
  renew(refused: Token): Promise<Token | undefined>
  /** What goes on the wire: tells tokens apart. */
  valueOf(token: Token): string
  /** Does it refuse the token, so that a new one may heal it? Missing rights and scopes are none of that. */
  isRefusal(answer: Answer): boolean
}

/**
 * Sends with the current token and, where that is refused, once more with a new one: at most one new token a call. One that was refused straight
 * after it was issued is remembered, and no other is asked for in its place: that would only burn the quota of tokens. The answer may be a refusal.
 */
export function createSigned<Token, Answer>(
  signing: Signing<Token, Answer>,
): (send: (token: Token) => Promise<Answer>) => Promise<Answer> {
  let refusedAnew: string | undefined
  return async send => {
    const token = await signing.current()
    const first = await send(token)
    if (!signing.isRefusal(first) || refusedAnew === signing.valueOf(token)) return first
    const renewed = await signing.renew(token)
    if (renewed === undefined) return first
    const second = await send(renewed)
    if (signing.isRefusal(second)) refusedAnew = signing.valueOf(renewed)
    return second
  }
}
