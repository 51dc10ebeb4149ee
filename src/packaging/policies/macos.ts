import { definitionOf, POLICY_NAMES, POLICY_PLACES, type PolicyValue } from '#shared/policies.ts';

import { xml } from './xml.ts';

/** Of this template, for good: a device management that changes it gives its own. */
const PROFILE_ID = '6F0B1D52-5E0A-4B0E-9A55-2B7C9C1A8D10';
const PAYLOAD_ID = '0C6F4E0A-93E1-4E0B-8F54-77A6E1B6A2D4';

/** A configuration profile with an example of each policy; what it holds is forced, and so enforced. */
export function mobileconfig(): string {
  const values = POLICY_NAMES.map((name) => `\t\t\t<key>${name}</key>\n\t\t\t${plistValue(definitionOf(name).example)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>PayloadContent</key>
	<array>
		<dict>
${values.join('\n')}
			<key>PayloadDisplayName</key>
			<string>Trialogue</string>
			<key>PayloadIdentifier</key>
			<string>${POLICY_PLACES.domain}.${PAYLOAD_ID}</string>
			<key>PayloadType</key>
			<string>${POLICY_PLACES.domain}</string>
			<key>PayloadUUID</key>
			<string>${PAYLOAD_ID}</string>
			<key>PayloadVersion</key>
			<integer>1</integer>
		</dict>
	</array>
	<key>PayloadDisplayName</key>
	<string>Trialogue policies (example: take out what you don’t want)</string>
	<key>PayloadIdentifier</key>
	<string>${POLICY_PLACES.domain}.policies</string>
	<key>PayloadScope</key>
	<string>System</string>
	<key>PayloadType</key>
	<string>Configuration</string>
	<key>PayloadUUID</key>
	<string>${PROFILE_ID}</string>
	<key>PayloadVersion</key>
	<integer>1</integer>
</dict>
</plist>
`;
}

function plistValue(value: PolicyValue): string {
  if (typeof value === 'boolean') return `<${value}/>`;
  return typeof value === 'number' ? `<integer>${value}</integer>` : `<string>${xml(value)}</string>`;
}
