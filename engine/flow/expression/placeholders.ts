import type { LinkReference, Reference, SinkIdReference } from '../../core/expression.ts'
import { fault } from './fault.ts'

/**
 * `$link(...)`, `$sinkId(...)` and `$omit()` while an expression is evaluated. They refuse to become text, so that
 * `"id-" & $link(...)` fails with a clear code instead of writing `[object Object]` or JSON into the target.
 */
export class LinkPlaceholder {
  readonly link: LinkReference
  constructor(link: LinkReference) {
    this.link = link
  }
  toJSON(): never {
    throw fault('EXPRESSION_REFERENCE_IN_TEXT', 'the id that $link stands for is not known while mapping')
  }
}

export class SinkIdPlaceholder {
  readonly link: SinkIdReference
  constructor(link: SinkIdReference) {
    this.link = link
  }
  toJSON(): never {
    throw fault('EXPRESSION_REFERENCE_IN_TEXT', 'the id that $sinkId stands for is not known while mapping')
  }
}

export class OmitPlaceholder {
  // a visible member: an empty object would be false to JSONata
  readonly omit = true
  toJSON(): never {
    throw fault('EXPRESSION_OMIT_MISPLACED', '$omit() is the value of a field, not a part of a text')
  }
}

export const OMIT = new OmitPlaceholder()

export function referenceOf(value: unknown): Reference | undefined {
  return value instanceof LinkPlaceholder || value instanceof SinkIdPlaceholder ? value.link : undefined
}
