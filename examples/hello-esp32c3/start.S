/* First instructions of hello-esp32c3. The ROM jumps here with its own stack and vectors still in place. */

    .section .text.start, "ax"
    .option arch, +zicsr          /* the image is rv32imc; only this one instruction needs the CSR extension */
    .global _start
    .type _start, @function
_start:
    csrci   mstatus, 8            /* MIE = 0: no handler of ours exists, so no interrupt may arrive */
    la      sp, __stack_top       /* 16-byte aligned by the linker script */

    la      t0, __bss_start       /* the ROM copies file bytes only: zeroing .bss is ours */
    la      t1, __bss_end
1:  bgeu    t0, t1, 2f
    sw      zero, 0(t0)
    addi    t0, t0, 4
    j       1b

2:  call    hello
3:  j       3b                    /* hello() does not return; stay put if it ever does */
    .size _start, . - _start
