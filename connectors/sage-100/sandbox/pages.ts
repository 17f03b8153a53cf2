import type { SandboxAnswer } from '../../../engine/sdk/index.ts'

/** What IIS or a proxy answers by itself: a page for people, never JSON or SOAP. */
export function page(status: number, title: string, text = `HTTP Error ${status}.`): SandboxAnswer {
  const body = `<!DOCTYPE html>\r\n<html><head><title>${title}</title></head>\r\n<body><h2>${title}</h2><hr><p>${text}</p></body></html>\r\n`
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body }
}

export const notFoundPage = () => page(404, 'Not Found', 'HTTP Error 404. The requested resource is not found.')
