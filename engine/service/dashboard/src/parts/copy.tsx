import { useState } from 'react'

const SAYS_MS = 2_000

/** Without https (an address other than loopback) the browser gives no clipboard: then the text is there to be selected. */
export function CopyButton({ text }: { readonly text: string }) {
  const [says, setSays] = useState('Copy')
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setSays('Copied')
    } catch {
      setSays('Select it and copy by hand')
    }
    window.setTimeout(() => setSays('Copy'), SAYS_MS)
  }
  return (
    <button type="button" onClick={copy}>
      {says}
    </button>
  )
}
