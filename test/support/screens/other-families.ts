import { ramImage } from "../chip/ram-program.ts";
import { filesOfPages } from "../docs/page-files.ts";
import { keyFile } from "../secure/throw-away-keys.ts";
import type { ScreenFamily } from "./screen-family.ts";
import { board } from "./screen-world.ts";

const C3 = "espefuse --chip esp32c3 --virt --path-efuse-file c3.bin";
/** A chip of its own: a block that was burned takes no more. */
const USER = "espefuse --chip esp32c3 --virt --path-efuse-file user.bin";
const S3 = "espefuse --chip esp32s3 --virt --path-efuse-file s3.bin";
const ESP32 = "espefuse --chip esp32 --virt --path-efuse-file esp32.bin";
const KEY32 = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index);

export const OTHER_FAMILIES: readonly ScreenFamily[] = [
  {
    name: "espefuse",
    world: () => board({ files: { "key.bin": KEY32, "key.pem": keyFile("rsa3072-key-1") } }),
    lines: [
      `${C3} summary`,
      `${C3} dump`,
      `${C3} adc-info`,
      `${C3} check-error`,
      `${ESP32} get-custom-mac`,
      `${C3} burn-efuse DIS_TWAI 1`,
      `${C3} burn-key BLOCK_KEY0 key.bin XTS_AES_128_KEY`,
      `${C3} burn-key-digest BLOCK_KEY1 key.pem SECURE_BOOT_DIGEST0`,
      `${C3} burn-block-data BLOCK_USR_DATA key.bin`,
      `${USER} burn-bit BLOCK3 1 5 200`,
      `${S3} burn-custom-mac AA:CD:EF:01:02:03`,
      `${ESP32} set-flash-voltage 3.3V`,
      `${C3} read-protect-efuse BLOCK_SYS_DATA2`,
      `${C3} write-protect-efuse WDT_DELAY_SEL`,
      `${C3} execute-scripts script.py`,
    ],
  },
  {
    name: "espsecure",
    world: () =>
      board({
        files: {
          ...filesOfPages(),
          "esp32-boot.bin": ramImage("esp32"),
          "rsa.pem": keyFile("rsa3072-key-1"),
          "key.bin": KEY32,
        },
      }),
    lines: [
      "espsecure generate-signing-key --version 2 --scheme ecdsa256 key.pem",
      "espsecure extract-public-key --version 2 --keyfile rsa.pem public.pem",
      "espsecure digest-sbv2-public-key --keyfile public.pem --output digest.bin",
      "espsecure digest-rsa-public-key --keyfile public.pem --output digest2.bin",
      "espsecure digest-private-key --keyfile key.pem secure-boot-key.bin",
      "espsecure sign-data --version 2 --keyfile rsa.pem --output app-signed.bin app.bin",
      "espsecure verify-signature --version 2 --keyfile public.pem app-signed.bin",
      "espsecure signature-info-v2 app-signed.bin",
      "espsecure digest-secure-bootloader --keyfile key.bin --output boot-digest.bin esp32-boot.bin",
      "espsecure generate-flash-encryption-key new-key.bin",
      "espsecure encrypt-flash-data --aes-xts --keyfile key.bin --address 0x10000 --output app-enc.bin app.bin",
      "espsecure decrypt-flash-data --aes-xts --keyfile key.bin --address 0x10000 --output app-clear.bin app-enc.bin",
    ],
  },
];
