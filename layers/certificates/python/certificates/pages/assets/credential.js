// Finds the credential in a file: a PDF with an associated file, a PNG with a baked badge, JSON, or a JWT.

const PDF = "%PDF-";
const PNG = "\x89PNG\r\n\x1a\n";
const KEYWORD = "openbadgecredential\0";

export async function credentialIn(bytes) {
  const text = latin1(bytes);
  if (text.slice(0, 1024).includes(PDF)) return found(await ofPdf(text, bytes), true);
  if (text.startsWith(PNG)) return found(await ofPng(bytes, text), false);
  return found(utf8(bytes), false);
}

function found(text, isPaper) {
  if (!text) return null;
  const trimmed = text.trim();
  if (trimmed.startsWith("{")) return { credential: JSON.parse(trimmed), isPaper };
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(trimmed) ? { credential: trimmed, isPaper } : null;
}

// A stream is never inside another stream, so its dictionary can be found in every file.
async function ofPdf(text, bytes) {
  for (const { index } of text.matchAll(/\/Subtype\s*\/application#2[fF]vc(?![\w#+.-])/g)) {
    const start = text.indexOf("<<", text.lastIndexOf(" obj", index));
    const opening = /stream\r?\n/g;
    opening.lastIndex = index;
    const begins = opening.exec(text);
    if (!begins) return null;
    const dictionary = text.slice(start, begins.index);
    const from = begins.index + begins[0].length;
    const length = dictionary.match(/\/Length\s+(\d+)(?!\s+\d+\s+R)/);
    const until = length ? from + Number(length[1]) : text.indexOf("endstream", from);
    const content = bytes.subarray(from, until);
    return utf8(dictionary.includes("/FlateDecode") ? await inflated(content) : content);
  }
  return null;
}

async function ofPng(bytes, text) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let place = PNG.length; place + 12 <= bytes.length; ) {
    const length = view.getUint32(place);
    const content = place + 8;
    if (text.slice(place + 4, content) === "iTXt" && text.startsWith(KEYWORD, content)) {
      const end = content + length;
      const compressed = bytes[content + KEYWORD.length] === 1;
      const language = text.indexOf("\0", content + KEYWORD.length + 2);
      const translated = text.indexOf("\0", language + 1);
      const part = bytes.subarray(translated + 1, end);
      return utf8(compressed ? await inflated(part) : part);
    }
    place = content + length + 4;
  }
  return null;
}

async function inflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function latin1(bytes) {
  let text = "";
  for (let place = 0; place < bytes.length; place += 32768) {
    text += String.fromCharCode(...bytes.subarray(place, place + 32768));
  }
  return text;
}

function utf8(bytes) {
  return new TextDecoder().decode(bytes);
}
