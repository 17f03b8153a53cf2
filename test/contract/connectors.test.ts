import { connectors } from '../../connectors/index.ts'
import { connectorContract } from './connector.contract.ts'
import { loadFixture } from './fixture.ts'

for (const connector of connectors) connectorContract({ connector, fixture: await loadFixture(connector.name) })
