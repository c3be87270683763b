import type { EcdsaPrivateKey } from "../../../src/core/secure/key/key-kinds.ts";
import { encodePkcs1, encodePkcs8, encodeSec1, encodeSpki } from "../../../src/core/secure/key/key-structures.ts";
import { writePem } from "../../../src/core/secure/key/pem.ts";
import { publicKeyOf } from "../../../src/core/secure/key/signing-key.ts";
import { mutated, type Random } from "../mutation.ts";
import { keyFile, privateKeyOf } from "./throw-away-keys.ts";

const RSA = privateKeyOf(keyFile("rsa3072-key-1"));
const ECDSA: readonly EcdsaPrivateKey[] = (["p192", "p256", "p384"] as const).map((curve) => ({
  kind: "ecdsa",
  curve,
  scalar: 0x1234567890abcdefn,
}));
const LABELS = [
  "PRIVATE KEY",
  "EC PRIVATE KEY",
  "PUBLIC KEY",
  "RSA PRIVATE KEY",
  "RSA PUBLIC KEY",
  "ENCRYPTED PRIVATE KEY",
];

/** Key structures with the label each belongs under. */
const SEEDS: readonly (readonly [label: string, bytes: Uint8Array])[] = [
  ...ECDSA.flatMap(
    (key) =>
      [
        ["EC PRIVATE KEY", encodeSec1(key)],
        ["PRIVATE KEY", encodePkcs8(key)],
        ["PUBLIC KEY", encodeSpki(publicKeyOf(key))],
      ] as const,
  ),
  ...(RSA.kind === "rsa" ? [["RSA PRIVATE KEY", encodePkcs1(RSA)] as const] : []),
  ["PRIVATE KEY", encodePkcs8(RSA)],
  ["PUBLIC KEY", encodeSpki(publicKeyOf(RSA))],
];

/** A PEM file whose structure was perhaps damaged, under its own label or another, and then perhaps its text. */
export function damagedKeyFile(random: Random): Uint8Array<ArrayBuffer> {
  const [own, whole] = SEEDS[random(SEEDS.length)] ?? SEEDS[0] ?? ["", new Uint8Array(0)];
  const label = random(8) === 0 ? (LABELS[random(LABELS.length)] ?? own) : own;
  const bytes = random(8) === 0 ? whole : mutated(random, [whole]);
  const file = new TextEncoder().encode(writePem(label, bytes));
  return random(6) === 0 ? mutated(random, [file]) : file;
}
