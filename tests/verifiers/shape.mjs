// Asks the wallet of the Learning Economy Foundation whether documents have the shape of an Open Badge 3.0.
//
// In: {name: document}. Out: {name: "valid" | where it is wrong, and why}.

import {readFileSync} from 'node:fs';
import {AchievementCredentialValidator} from '@learncard/types';

const answer = {};
for(const [name, document] of Object.entries(JSON.parse(readFileSync(0, 'utf8')))) {
  const {error} = AchievementCredentialValidator.safeParse(JSON.parse(document));
  answer[name] = error?.issues.map(({path, message}) => `${path.join('.')}: ${message}`).join('; ') || 'valid';
}
console.log(JSON.stringify(answer));
