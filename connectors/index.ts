import type { Connector } from '../engine/sdk/index.ts'
import { acumatica } from './acumatica/index.ts'
import { sage100 } from './sage-100/index.ts'
import { sage300 } from './sage-300/index.ts'
import { sageIntacct } from './sage-intacct/index.ts'
import { zendesk } from './zendesk/index.ts'
import { zohoCrm } from './zoho-crm/index.ts'

/** The registry: adding a connector is its folder and one line here. */
export const connectors: readonly Connector[] = [acumatica, sage100, sage300, sageIntacct, zendesk, zohoCrm]
