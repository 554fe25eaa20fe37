// Asks Digital Bazaar's verifier and jose about credentials, without a network: what they may load comes on stdin.
//
// In:  {contexts: {url: document}, issuers: {did: document}, lists: {url: {document, jwt}}, cases: {name: {document, jwt}}}
// Out: {name: {document: "valid" | why not, jwt: "valid" | why not}}

import {createPublicKey} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {checkStatus, decodeList} from '@digitalbazaar/vc-bitstring-status-list';
import {decodeProtectedHeader, jwtVerify} from 'jose';
import {base58} from './base58.mjs';

const {contexts, issuers, lists, cases} = JSON.parse(readFileSync(0, 'utf8'));
const suite = new DataIntegrityProof({cryptosuite});

async function documentLoader(url) {
  return {contextUrl: null, documentUrl: url, document: found(url)};
}

function found(url) {
  if(url in contexts) {
    return contexts[url];
  }
  if(url in lists) {
    return JSON.parse(lists[url].document);
  }
  const [did, fragment] = url.split('#');
  if(!(did in issuers)) {
    throw new Error(`nobody knows ${url}`);
  }
  return fragment ? {'@context': 'https://w3id.org/security/multikey/v1', ...method(url)} : issuers[did];
}

function method(url) {
  const named = issuers[url.split('#')[0]]?.verificationMethod.find(({id}) => id === url);
  if(!named) {
    throw new Error(`the issuer has no key ${url}`);
  }
  return named;
}

async function checkDocument(text) {
  const checked = await vc.verifyCredential({credential: JSON.parse(text), suite, documentLoader, checkStatus});
  if(!checked.verified) {
    return because(checked);
  }
  // A status that was read is a result, whatever it says.
  const read = checked.statusResult.results;
  return read.length > 0 && read.every(({status}) => status === false) ? 'valid' : 'revoked';
}

function because({error, statusResult}) {
  const all = [error, ...(error?.errors ?? []), statusResult?.error].filter(Boolean);
  return all.map(({message}) => message).join('; ') || 'not verified';
}

// A P-256 key in compressed form, as SubjectPublicKeyInfo (RFC 5480).
const SPKI = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');

async function verifyJwt(jwt) {
  const {kid} = decodeProtectedHeader(jwt);
  const point = base58(method(kid).publicKeyMultibase.slice(1)).subarray(2);
  const key = createPublicKey({key: Buffer.concat([SPKI, point]), format: 'der', type: 'spki'});
  const {payload} = await jwtVerify(jwt, key, {algorithms: ['ES256'], issuer: kid.split('#')[0]});
  return payload;
}

async function checkJwt(jwt) {
  const {iss, credentialStatus: entry} = await verifyJwt(jwt);
  const list = await verifyJwt(lists[entry.statusListCredential].jwt);
  if(list.iss !== iss) {
    throw new Error('the list is somebody else\'s');
  }
  const bits = await decodeList({encodedList: list.credentialSubject.encodedList});
  return bits.getStatus(Number(entry.statusListIndex)) ? 'revoked' : 'valid';
}

const told = ({message}) => message;
const answer = {};
for(const [name, {document, jwt}] of Object.entries(cases)) {
  answer[name] = {document: await checkDocument(document).catch(told), jwt: await checkJwt(jwt).catch(told)};
}
console.log(JSON.stringify(answer));
