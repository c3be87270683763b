import type { WithByteSources } from "../../check/bytes.ts";

/** A value as a user writes it, or as a program has it. */
export type FieldValue = string | number | bigint | boolean | Uint8Array<ArrayBuffer>;

/** Bytes as they are in a key file, or the private number of a key for signatures. */
export type KeyMaterial =
  | { readonly kind: "raw"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "ecdsa"; readonly curve: "p192" | "p256" | "p384"; readonly scalar: Uint8Array<ArrayBuffer> };

export interface RequestBase {
  /** Do it although a check advises against it; for this request alone. */
  readonly force?: boolean | undefined;
}

/** One thing that somebody wants burned. Names may be aliases. */
export type BurnRequest = RequestBase &
  (
    | {
        readonly kind: "field";
        readonly field: string;
        /** Absent: set, or count one up. */
        readonly value?: FieldValue | undefined;
      }
    | {
        readonly kind: "block-data";
        readonly block: string;
        readonly data: Uint8Array<ArrayBuffer>;
        readonly offset?: number | undefined;
      }
    | { readonly kind: "bits"; readonly block: string; readonly bits: readonly number[] }
    | {
        readonly kind: "key";
        readonly block: string;
        readonly key: KeyMaterial;
        /** ESP32: absent, the name of the block says it. */
        readonly purpose?: string | undefined;
        /** Default: as the purpose asks for. */
        readonly readProtect?: boolean | undefined;
        /** Default: true. */
        readonly writeProtect?: boolean | undefined;
      }
    | {
        readonly kind: "key-digest";
        /** SHA-256 of a public key, 32 bytes. */
        readonly digest: Uint8Array<ArrayBuffer>;
        /** Absent on the ESP32 and the ESP32-C2, which have one place for it. */
        readonly block?: string | undefined;
        readonly purpose?: string | undefined;
        readonly readProtect?: boolean | undefined;
        readonly writeProtect?: boolean | undefined;
      }
    | { readonly kind: "read-protect"; readonly field: string }
    | { readonly kind: "write-protect"; readonly field: string }
    | { readonly kind: "custom-mac"; readonly mac: FieldValue }
    | { readonly kind: "flash-voltage"; readonly voltage: "1.8V" | "3.3V" | "OFF" }
  );

/** A request as callers give it: its bytes in any of the forms that bytes have. */
export type BurnRequestInput = WithByteSources<BurnRequest>;

export type RequestOf<Kind extends BurnRequest["kind"]> = Extract<BurnRequest, { kind: Kind }>;
