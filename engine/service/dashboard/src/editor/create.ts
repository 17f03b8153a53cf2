import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, foldGutter, indentUnit } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { completeFlow, type FlowKnowledge } from './complete.ts'
import { look } from './look.ts'

export interface EditorWish {
  readonly text: string
  readonly label: string
  readonly isReadOnly: boolean
  /** Completion of flow files; without it plain YAML or JSON. */
  readonly knows?: FlowKnowledge
  readonly onChange: (text: string) => void
}

/**
 * An editor in a shadow root: there CodeMirror adopts its style sheets, which the service's policy allows, in place of writing style elements,
 * which it does not. Tab leaves the editor, as everywhere on the page.
 */
export function createEditor(host: HTMLElement, wish: EditorWish): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' })
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({ doc: wish.text, extensions: extensions(wish) }),
  })
}

function extensions({ label, isReadOnly, knows, onChange }: EditorWish): Extension {
  const shared = [
    look,
    yaml(),
    lineNumbers(),
    foldGutter(),
    drawSelection(),
    bracketMatching(),
    highlightSelectionMatches(),
    indentUnit.of('  '),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
  ]
  // readable by keyboard: it takes the focus, and no changes
  if (isReadOnly) return [shared, EditorState.readOnly.of(true), keymap.of([...searchKeymap, ...defaultKeymap])]
  return [
    shared,
    history(),
    highlightActiveLine(),
    closeBrackets(),
    lintGutter(),
    // the glyphs of its icons are in few fonts
    autocompletion({ icons: false, ...(knows ? { override: [completeFlow(knows)] } : {}) }),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
    EditorView.updateListener.of(update => {
      if (update.docChanged) onChange(update.state.doc.toString())
    }),
  ]
}
