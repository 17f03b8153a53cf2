const PATHS = {
  overview: 'M3 3h6v8H3zM11 3h6v5h-6zM11 10h6v7h-6zM3 13h6v4H3z',
  runs: 'M5 3l11 7-11 7z',
  records: 'M8.5 3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM12.5 12.5L17 17',
  letters: 'M3 5h14v10H3zM3 6l7 5 7-5',
  connections: 'M7 13l6-6M8.5 5.5l1-1a3.5 3.5 0 0 1 5 5l-1 1M11.5 14.5l-1 1a3.5 3.5 0 0 1-5-5l1-1',
  playground: 'M6 4L2 10l4 6M14 4l4 6-4 6M11.5 3l-3 14',
  actions: 'M10 3a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM4 17c0-3.5 2.5-6 6-6s6 2.5 6 6',
  tokens: 'M7 9a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM10 10l7-7M14 6l2 2',
  menu: 'M3 5h14M3 10h14M3 15h14',
} as const

export type IconName = keyof typeof PATHS

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="18"
      height="18"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.6"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}

export function Mark() {
  return (
    <svg width="28" height="28" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="#0b6b72" />
      <path d="M10 11h6a5 5 0 0 1 0 10h6" fill="none" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" />
      <circle cx="8.5" cy="11" r="3" fill="#fff" />
      <circle cx="23.5" cy="21" r="3" fill="#8fe0dd" />
    </svg>
  )
}
