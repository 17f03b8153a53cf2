import { dateTimeOf } from '../local-time.ts'
import type { Site } from '../site.ts'
import type { TableName } from '../store/tables.ts'
import { tableDef } from '../store/tables.ts'
import type { ContractName } from './contracts.ts'
import { MasRefusal } from './faults.ts'
import { type Call, createMaster, deleteMaster, getMaster, updateMaster } from './masters.ts'
import { createOrder, deleteOrder, getOrder, nextOrderNo, previewOrder, templateOf, updateOrder } from './orders.ts'
import { shownRow } from './rows.ts'
import { type GivenMembers, isMembers, type ShownMembers } from './wire.ts'

/** Parameters beside `logon` and `companyCode`, in order: `text`, or a contract. */
export interface Operation {
  readonly parameters: readonly { readonly name: string; readonly type: 'text' | ContractName }[]
  readonly result?: 'text' | ContractName
  /** Table whose task the role must have, and which right. The two informational ones need no logon. */
  readonly task?: { readonly table: TableName; readonly right: 'View' | 'Create' | 'Modify' | 'Remove' }
  run(call: Call): string | ShownMembers | undefined
}

const text = (...names: readonly string[]) => names.map(name => ({ name, type: 'text' as const }))
const contract = (name: string, type: ContractName) => [{ name, type }]
const CUSTOMER_KEY = text('arDivisionNo', 'customerNo')
const CONTACT_KEY = text('arDivisionNo', 'customerNo', 'contactCode')
const ORDER_KEY = text('salesOrderNo')

const customers = (right: 'View' | 'Create' | 'Modify' | 'Remove') => ({ table: 'AR_Customer', right }) as const
const contacts = (right: 'View' | 'Create' | 'Modify' | 'Remove') => ({ table: 'AR_CustomerContact', right }) as const
const orders = (right: 'View' | 'Create' | 'Modify' | 'Remove') => ({ table: 'SO_SalesOrder', right }) as const

/** The contract of that name among the parameters; what did not come is an empty one. */
function sentRecord({ sent }: Call, name: string): GivenMembers {
  const record = sent[name]
  return isMembers(record) ? record : {}
}

const doing = (work: (call: Call) => void) => (call: Call) => {
  work(call)
  return undefined
}

const card = ({ site }: Call): never => {
  site.cardCalls.count += 1
  throw new MasRefusal('WS_CardProcessing', 'Credit card processing is not set up for this company.')
}

/** All twenty, as fact sheet 3 lists them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  GetContractInformation: {
    parameters: [],
    result: 'ContractInformation',
    run: ({ site }) => contractInformation(site),
  },
  GetDiagnosticInformation: { parameters: [], result: 'DiagnosticInformation', run: ({ site }) => diagnostics(site) },
  GetSalesOrder: {
    parameters: ORDER_KEY,
    result: 'SalesOrder',
    task: orders('View'),
    run: call => shownRow(tableDef('SO_SalesOrder'), getOrder(call)),
  },
  GetNextSalesOrderNo: { parameters: [], result: 'text', task: orders('Create'), run: nextOrderNo },
  GetSalesOrderTemplate: {
    parameters: CUSTOMER_KEY,
    result: 'SalesOrder',
    task: orders('Create'),
    run: call => shownRow(tableDef('SO_SalesOrder'), templateOf(call, 'arDivisionNo', 'customerNo')),
  },
  PreviewSalesOrder: {
    parameters: contract('salesOrder', 'SalesOrder'),
    result: 'SalesOrder',
    task: orders('Create'),
    run: call => shownRow(tableDef('SO_SalesOrder'), previewOrder(call, sentRecord(call, 'salesOrder'))),
  },
  CreateSalesOrder: {
    parameters: contract('salesOrder', 'SalesOrder'),
    task: orders('Create'),
    run: doing(call => createOrder(call, sentRecord(call, 'salesOrder'))),
  },
  UpdateSalesOrder: {
    parameters: contract('salesOrder', 'SalesOrder'),
    task: orders('Modify'),
    run: doing(call => updateOrder(call, sentRecord(call, 'salesOrder'))),
  },
  DeleteSalesOrder: { parameters: ORDER_KEY, task: orders('Remove'), run: doing(deleteOrder) },
  GetCustomer: {
    parameters: CUSTOMER_KEY,
    result: 'Customer',
    task: customers('View'),
    run: call => shownRow(tableDef('AR_Customer'), getMaster(call, 'AR_Customer')),
  },
  GetNextCustomerNo: {
    parameters: [],
    result: 'text',
    task: customers('Create'),
    run: ({ company }) => company.nextNumber('customer'),
  },
  CreateCustomer: {
    parameters: contract('customer', 'Customer'),
    task: customers('Create'),
    run: doing(call => createMaster(call, 'AR_Customer', sentRecord(call, 'customer'))),
  },
  UpdateCustomer: {
    parameters: contract('customer', 'Customer'),
    task: customers('Modify'),
    run: doing(call => updateMaster(call, 'AR_Customer', sentRecord(call, 'customer'))),
  },
  DeleteCustomer: {
    parameters: CUSTOMER_KEY,
    task: customers('Remove'),
    run: doing(call => deleteMaster(call, 'AR_Customer')),
  },
  GetCustomerContact: {
    parameters: CONTACT_KEY,
    result: 'CustomerContact',
    task: contacts('View'),
    run: call => shownRow(tableDef('AR_CustomerContact'), getMaster(call, 'AR_CustomerContact')),
  },
  CreateCustomerContact: {
    parameters: contract('customerContact', 'CustomerContact'),
    task: contacts('Create'),
    run: doing(call => createMaster(call, 'AR_CustomerContact', sentRecord(call, 'customerContact'))),
  },
  UpdateCustomerContact: {
    parameters: contract('customerContact', 'CustomerContact'),
    task: contacts('Modify'),
    run: doing(call => updateMaster(call, 'AR_CustomerContact', sentRecord(call, 'customerContact'))),
  },
  DeleteCustomerContact: {
    parameters: CONTACT_KEY,
    task: contacts('Remove'),
    run: doing(call => deleteMaster(call, 'AR_CustomerContact')),
  },
  AddCreditCardToVault: {
    parameters: text('paymentType', 'creditCardData'),
    result: 'text',
    task: customers('Modify'),
    run: card,
  },
  PreAuthorizeCreditCard: {
    parameters: text('paymentType', 'preAuthorizationData'),
    result: 'PreAuthorizationResult',
    task: orders('Modify'),
    run: card,
  },
}

const contractInformation = ({ knobs }: Site): ShownMembers => ({
  AssemblyVersion: '7.20.3.0',
  ContractVersion: '7',
  NullDateTime: knobs.now().nullDateTime,
})

/** For Sage's support, and from the server itself only, unless that was changed. */
function diagnostics({ knobs, host }: Site): ShownMembers {
  if (!knobs.now().diagnostics)
    throw new MasRefusal('WS_DiagnosticsDisabled', 'Diagnostic information is not available to remote callers.')
  const { date, time } = host.localTime()
  return { CallCount: '1', StartTime: dateTimeOf(date, time) ?? '' }
}
