import type { Member, OperationContract, ServiceContract } from './wsdl.ts'

/** How the service is called where it shows no WSDL (fact sheet 2, 3): WCF's own order, which is that of character codes. */

const SAGE = 'http://mas90.sage.com/ws'
const typed = (name: string) => `{${SAGE}}${name}`
const plain = (name: string): Member => ({ name, namespace: SAGE })
const held = (name: string, type: string): Member => ({ name, namespace: SAGE, type: typed(type) })
const inOrder = (names: string): readonly string[] => names.split(/\s+/).sort((a, b) => (a < b ? -1 : 1))

const numbered = (name: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_unused, at) => `${name}${from + at}`).join(' ')

const CUSTOMER =
  inOrder(`ARDivisionNo ${numbered('AddressLine', 1, 3)} ${numbered('AgingCategory', 1, 4)} AvgDaysOverDue
AvgDaysPaymentInvoice BalanceForward BatchFax City Comment ContactCode CountryCode CreditCardGUID CreditHold CreditLimit
CurrentBalance CustomerDiscountRate CustomerName CustomerNo CustomerStatus CustomerType DateEstablished DateLastActivity
DateLastAging DateLastFinanceChrg DateLastPayment DateLastStatement DateTimeCreated DateTimeUpdated DefaultCostCode
DefaultCostType DefaultCreditCardPmtType DefaultItemCode DefaultPaymentType EBMConsumerUserID EBMEnabled EmailAddress
EmailStatements FaxNo HighestStmntBalance InactiveReasonCode LastPaymentAmt NumberOfInvToUseInCalc OpenItemCustomer
OpenOrderAmt OtherFields PriceLevel PrimaryShipToCode PrintDunningMessage ResidentialAddress
${numbered('RetentionAging', 1, 4)} RetentionCurrent ${numbered('SalesPersonDivisionNo', 2, 5)}
${numbered('SalesPersonNo', 2, 5)} SalespersonDivisionNo SalespersonNo ServiceChargeRate ShipMethod SortField
${numbered('SplitCommRate', 2, 5)} State StatementCycle TaxExemptNo TaxSchedule TelephoneExt TelephoneNo TemporaryCustomer
TermsCode URLAddress UnpaidServiceChrg UserCreatedKey UserUpdatedKey ZipCode`)

const LOGON = [held('logon', 'Logon'), plain('companyCode')]

const operation = (name: string, ...members: readonly Member[]): [string, OperationContract] => [
  name,
  { action: `${SAGE}/IMasService/${name}`, namespace: SAGE, members },
]

const CUSTOMER_KEY = [plain('arDivisionNo'), plain('customerNo')]

export const USUAL_CONTRACT: ServiceContract = {
  operations: Object.fromEntries([
    operation('GetContractInformation'),
    operation('GetCustomer', ...LOGON, ...CUSTOMER_KEY),
    operation('CreateCustomer', ...LOGON, held('customer', 'Customer')),
    operation('UpdateCustomer', ...LOGON, held('customer', 'Customer')),
    operation('GetCustomerContact', ...LOGON, ...CUSTOMER_KEY, plain('contactCode')),
    operation('GetSalesOrder', ...LOGON, plain('salesOrderNo')),
  ]),
  types: {
    [typed('Logon')]: [plain('Password'), plain('Username')],
    [typed('Customer')]: CUSTOMER.map(name => (name === 'OtherFields' ? held(name, 'ArrayOfField') : plain(name))),
    [typed('ArrayOfField')]: [{ ...held('Field', 'Field'), isMany: true }],
    [typed('Field')]: [plain('MasFieldName'), plain('Value')],
  },
}
