import type { Json, JsonObject } from '../../core/record.ts'

/**
 * One pair of systems as the demo plays it: `flows/demo/<n>-<pair>.yaml`. Records are meant as the sandbox's control routes show them, and
 * every text that is called an expression is JSONata on such a record. In scope are `$key`, `$entity`, `$all` (all records of the entity) and
 * what earlier actions remembered under `as`.
 */
export interface ScenarioFile {
  /** What `--pair` takes. */
  readonly pair: string
  readonly title: string
  readonly connections: Readonly<Record<string, ScenarioConnection>>
  /** In the order of a first run: what others refer to comes first. */
  readonly flows: readonly ScenarioFlow[]
  readonly explain?: ScenarioExplain
}

export interface ScenarioConnection {
  readonly connector: string
  /** How many of its main entities the sandbox makes; what `--records` says when absent. */
  readonly records?: number
  /** Options of the sandbox. */
  readonly options?: Readonly<Record<string, string>>
  /** Knobs of the sandbox: what an administrator sets up before the first run. */
  readonly knobs?: JsonObject
  /** What `--edition` may be for this system, and its sandbox's option of that name; the first is the usual one. */
  readonly editions?: readonly string[]
}

export interface ScenarioFlow {
  /** Of the library. */
  readonly use: string
  readonly with?: JsonObject
  /** Editions that lack what the flow writes: it is reported and skipped there. */
  readonly lackedBy?: readonly string[]
  /** The entities that the flow reads. */
  readonly source: Readonly<Record<string, ScenarioSource>>
  readonly targets: readonly ScenarioTarget[]
  /**
   * Where the target rightly holds something else than the mapping yields: by field, an expression that is true of such a difference
   * `{ key, before, after }`; `before` is what the target holds.
   */
  readonly mayDiffer?: Readonly<Record<string, string>>
  /** Most calls of a run that finds nothing changed; two for each entity when absent. */
  readonly quietCalls?: number
  /** Round 2 also looks for what is gone, as the flow's own schedule does at night: the source does not tell of deletions. */
  readonly sweep?: true
  /** What people do just before the flow's run in that round. */
  readonly before?: { readonly '1'?: readonly Action[]; readonly '2'?: readonly Action[] }
  /** What people do between rounds 1 and 2. */
  readonly meanwhile?: readonly Action[]
  /** What goes on all the time while `demo --serve` does. In scope: `$round`, a number that rises, and `$lot`, one in [0, 1) by chance. */
  readonly daily?: readonly Action[]
  /** Records that cannot be brought over, and are to end as dead letters. */
  readonly dead?: readonly { readonly key: string; readonly why: string }[]
}

export interface ScenarioSource {
  /** The field that holds the key. */
  readonly key: string
  /** Expression: the flow takes the record. */
  readonly only?: string
}

export interface ScenarioTarget {
  readonly entity: string
  /** Connection, where it is not the first step's. */
  readonly at?: string
  /** Expression on a target record: the key that it stands for. */
  readonly key: string
  /** Expression on a source record: the key that has to be there, `$key` when absent; nothing for records that have none there. */
  readonly of?: string
  /** Expression on a target record: it is one of those that the flow answers for. */
  readonly among?: string
  /** Expression on a target record: it is marked as gone. Absent: what is gone at the source is gone here, too. */
  readonly gone?: string
}

/** What is shown after the last round: where a value comes from, and what the next run would do. */
export interface ScenarioExplain {
  readonly use: string
  readonly field: string
  /** Expressions, by field: what somebody changes at the source once more. */
  readonly set: Readonly<Record<string, string>>
}

interface Somewhere {
  /** Connection; the flow's source when absent. */
  readonly at?: string
}

export type Action =
  /** Makes a record, or changes the one that has its key. Texts that begin with `=` are expressions. */
  | (Somewhere & { readonly put: string; readonly record: Readonly<Record<string, Json>>; readonly as?: string })
  | (Somewhere & {
      readonly change: string
      /** Field that holds the key, for entities that the flow does not read. */
      readonly key?: string
      readonly where?: string
      readonly count?: number
      readonly set: Readonly<Record<string, string>>
    })
  | (Somewhere & {
      readonly remove: string
      readonly key?: string
      readonly where?: string
      readonly count?: number
      /** By entity, the expression on the removed record that yields the key of one that goes with it. */
      readonly also?: Readonly<Record<string, string>>
    })
  | (Somewhere & { readonly find: string; readonly where: string; readonly as: string })
  /** Minutes pass, on all clocks. */
  | { readonly pass: number }
