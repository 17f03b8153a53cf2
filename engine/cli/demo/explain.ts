import { preview } from '../commands/preview.ts'
import { why } from '../commands/why.ts'
import { given } from '../given.ts'
import { heldAt } from './check.ts'
import { act } from './people.ts'
import type { Stage } from './stage.ts'

/** Two questions that people ask: where does this value come from, and what would the next run do? '' where the scenario asks none. */
export async function explain(stage: Stage): Promise<string> {
  const { context, scenario } = stage
  const asked = scenario.explain
  const flow = stage.flows.find(it => it.part.use === asked?.use)
  const [target] = flow?.part.targets ?? []
  const [entity = ''] = Object.keys(flow?.part.source ?? {})
  const key = stage.touched.find(it => it.connection === flow?.source && it.entity === entity)?.key
  if (!asked || !flow || !target || key === undefined || context.isJson || context.signal.aborted) return ''
  const held = await heldAt(stage, flow.sink, target)
  const id = String(held.find(it => it.key === key)?.record['id'] ?? '')
  const words = { connection: flow.sink, entity: target.entity, id, field: asked.field }
  const origin = await why.run?.(context, given(why, { ...words, live: true }))
  const field = flow.part.source[entity]?.key ?? ''
  await act(stage, flow, [{ change: entity, where: `${field} = "${key}"`, set: asked.set }])
  const shown = await preview.run?.(context, given(preview, { flow: flow.name, record: [key], format: 'pretty' }))
  const { bold } = context.colours
  return [
    `\n${bold(`$ ml-connector why ${Object.values(words).join(' ')} --live`)}\n${origin?.text() ?? ''}`,
    `\nSomebody changes that record once more.\n${bold(`$ ml-connector preview ${flow.name} --record ${key}`)}\n${shown?.text() ?? ''}`,
  ].join('')
}
