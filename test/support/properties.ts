import fc from 'fast-check'

/**
 * Property tests draw the same cases in every run, so that a commit is judged by what it changes and not by luck.
 * `SEED=random npm test` looks further; `SEED=123` repeats what it found.
 */
const wish = process.env['SEED'] ?? '20261120'
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: wish === 'random' ? Date.now() | 0 : Number(wish) })
