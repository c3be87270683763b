// Shelf: one request on top of what the ones before will have burned, one file a kind.
// In: a draft and a request.
// Out: additions to the draft, or a refusal.

import { EspError } from "../../../errors.ts";
import { findKeyPurpose } from "../../value/key-purposes.ts";
import type { BurnRequest, RequestOf } from "../../value/request.ts";
import type { Work } from "../draft.ts";
import { applyReadProtect, applyWriteProtect } from "../plan-protection.ts";
import { applyBits, applyBlockData } from "./apply-block-data.ts";
import { applyC2Key, applyEsp32Digest, applyEsp32Key } from "./apply-chip-key.ts";
import { applyCustomMac, applyField, applyFlashVoltage, refuseIncompatible } from "./apply-field.ts";
import { applyKey } from "./apply-key.ts";

/** Adds to the draft what a request asks for, or throws why not. */
export function applyRequest(work: Work, request: BurnRequest): void {
  apply(work, request);
  refuseIncompatible(work);
}

type Appliers = { readonly [Kind in BurnRequest["kind"]]: (work: Work, request: RequestOf<Kind>) => void };

const APPLIERS: Appliers = {
  field: applyField,
  "block-data": applyBlockData,
  bits: applyBits,
  key: applyAnyKey,
  "key-digest": applyDigest,
  "read-protect": (work, { field }) => applyReadProtect(work, field),
  "write-protect": (work, { field }) => applyWriteProtect(work, field),
  "custom-mac": applyCustomMac,
  "flash-voltage": applyFlashVoltage,
};

function apply<Kind extends BurnRequest["kind"]>(work: Work, request: RequestOf<Kind>): void {
  const applier: (work: Work, request: RequestOf<Kind>) => void = APPLIERS[request.kind];
  applier(work, request);
}

function applyAnyKey(work: Work, request: RequestOf<"key">): void {
  const appliers = { "block-name": applyEsp32Key, halves: applyC2Key, "purpose-field": applyKey };
  appliers[work.draft.rules.keys](work, request);
}

function applyDigest(work: Work, request: RequestOf<"key-digest">): void {
  const { digest, block, purpose, ...options } = request;
  const { keys } = work.draft.rules;
  if (keys === "block-name") {
    applyEsp32Digest(work, digest, request.writeProtect ?? true);
    return;
  }
  const { table } = work.draft.basis;
  const digests = table.keyPurposes.filter((candidate) => candidate.isDigest).map((candidate) => candidate.name);
  const isHalves = keys === "halves";
  const name = purpose ?? (isHalves ? digests[0] : undefined);
  if (name === undefined || !findKeyPurpose(table, name).isDigest) {
    throw new EspError("efuse.bad-value", `${name ?? "No purpose"} is no purpose for a digest.`, {
      hint: `Allowed: ${digests.join(", ")}.`,
      details: { ...(name === undefined ? {} : { purpose: name }), allowed: digests },
    });
  }
  applyAnyKey(work, {
    ...options,
    kind: "key",
    block: block ?? (isHalves ? "BLOCK_KEY0" : ""),
    key: { kind: "raw", bytes: digest },
    purpose: name,
  });
}
