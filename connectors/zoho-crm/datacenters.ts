/** Where each data centre signs in and serves its API (fact sheet 1.1). Both hosts of a token come from one row, by exact match. */
export interface Datacenter {
  readonly accounts: string
  /** Host per kind of org; `null`: no source names one. */
  readonly api: Readonly<Record<Environment, string | null>>
  /** Known from other people's code only: behind `unconfirmedDatacenters`. */
  readonly unconfirmed?: true
}

export type DatacenterCode = 'us' | 'eu' | 'in' | 'au' | 'jp' | 'cn' | 'ca' | 'sa' | 'uk' | 'ae'
export type Environment = 'production' | 'sandbox' | 'developer'

const apis = (domain: string): Datacenter['api'] => ({
  production: `www.${domain}`,
  sandbox: `sandbox.${domain}`,
  developer: `developer.${domain}`,
})
const productionOnly = (domain: string): Datacenter['api'] => ({
  production: `www.${domain}`,
  sandbox: null,
  developer: null,
})

export const DATACENTERS: Readonly<Record<DatacenterCode, Datacenter>> = {
  us: { accounts: 'accounts.zoho.com', api: apis('zohoapis.com') },
  eu: { accounts: 'accounts.zoho.eu', api: apis('zohoapis.eu') },
  in: { accounts: 'accounts.zoho.in', api: apis('zohoapis.in') },
  au: { accounts: 'accounts.zoho.com.au', api: apis('zohoapis.com.au') },
  jp: { accounts: 'accounts.zoho.jp', api: apis('zohoapis.jp') },
  cn: { accounts: 'accounts.zoho.com.cn', api: apis('zohoapis.com.cn') },
  // zohocloud.ca, not zoho.ca: the row that public code gets wrong most often
  ca: { accounts: 'accounts.zohocloud.ca', api: apis('zohoapis.ca') },
  sa: { accounts: 'accounts.zoho.sa', api: apis('zohoapis.sa') },
  uk: { accounts: 'accounts.zoho.uk', api: productionOnly('zohoapis.uk'), unconfirmed: true },
  ae: { accounts: 'accounts.zoho.ae', api: productionOnly('zohoapis.ae'), unconfirmed: true },
}

/** Whose host is it? For messages about a token of another data centre or of another kind of org. */
export function whoseHost(host: string): { readonly datacenter: string; readonly environment: string } | undefined {
  for (const [datacenter, row] of Object.entries(DATACENTERS))
    for (const [environment, api] of Object.entries(row.api)) if (api === host) return { datacenter, environment }
  return undefined
}
