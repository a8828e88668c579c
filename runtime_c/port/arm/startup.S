/* Vector table, reset, fault entry and the other few things that C cannot say. Armv6-M to Armv8.1-M.
 *
 * Only instructions of Armv6-M are used outside conditional parts, so that one source serves every core.
 */
        .syntax unified
        .thumb

        .equ    SCB_VTOR, 0xE000ED08
        .equ    SCB_CCR, 0xE000ED14
        .equ    SCB_SHCSR, 0xE000ED24
        .equ    SCB_CPACR, 0xE000ED88

        .section .vectors, "a"
        .balign 128
        .global port_vectors
port_vectors:
        .word   port_stack_top
        .word   port_reset
        .rept   14                      /* NMI, faults, SVC, debug, PendSV, SysTick: none is expected */
        .word   port_fault_entry
        .endr

        .section .text.port_reset, "ax"
        .global port_reset
        .type   port_reset, %function
        .thumb_func
port_reset:
        cpsid   i
        ldr     r0, =port_stack_top     /* a debugger or boot loader may have come here without loading it */
        mov     sp, r0
        ldr     r0, =SCB_VTOR
        ldr     r1, =port_vectors
        str     r1, [r0]
#if defined(__ARM_FEATURE_CMSE)
        ldr     r0, =port_stack_bottom
        msr     msplim, r0
#endif
        ldr     r0, =SCB_CCR
        ldr     r1, [r0]
#if __ARM_ARCH == 6
        movs    r2, #0x08               /* UNALIGN_TRP: always set on true Armv6-M, needed where an Armv7-M core stands in */
#else
        movs    r2, #0x10               /* DIV_0_TRP */
#endif
        orrs    r1, r2
        str     r1, [r0]
#if __ARM_ARCH >= 7
        ldr     r0, =SCB_SHCSR
        ldr     r1, [r0]
        ldr     r2, =0x00070000         /* own handlers for memory, bus and usage faults, so that the report can name them */
        orrs    r1, r2
        str     r1, [r0]
#endif
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
        ldr     r0, =SCB_CPACR
        ldr     r1, [r0]
        ldr     r2, =0x00F00000         /* full access to CP10 and CP11: FPU and MVE */
        orrs    r1, r2
        str     r1, [r0]
#endif
        dsb
        isb

        ldr     r0, =port_data_start
        ldr     r1, =port_data_end
        ldr     r2, =port_data_load
        b       2f
1:      ldr     r3, [r2]
        str     r3, [r0]
        adds    r0, #4
        adds    r2, #4
2:      cmp     r0, r1
        blo     1b

        ldr     r4, =port_copies_start  /* start, end and load address of what lies in further regions */
        ldr     r5, =port_copies_end
        b       4f
1:      ldr     r0, [r4]
        ldr     r1, [r4, #4]
        ldr     r2, [r4, #8]
        adds    r4, #12
        b       3f
2:      ldr     r3, [r2]
        str     r3, [r0]
        adds    r0, #4
        adds    r2, #4
3:      cmp     r0, r1
        blo     2b
4:      cmp     r4, r5
        blo     1b

        ldr     r0, =port_bss_start
        ldr     r1, =port_bss_end
        movs    r2, #0
        b       2f
1:      str     r2, [r0]
        adds    r0, #4
2:      cmp     r0, r1
        blo     1b

        cpsie   i                       /* masked, every fault would be a HardFault */
        bl      main
        bl      port_exit
        .size   port_reset, . - port_reset

/* The stack may be what failed: report on a fresh one. */
        .section .text.port_fault_entry, "ax"
        .global port_fault_entry
        .type   port_fault_entry, %function
        .thumb_func
port_fault_entry:
#if defined(__ARM_FEATURE_CMSE)
        movs    r0, #0
        msr     msplim, r0
#endif
        mov     r0, sp
        mrs     r1, ipsr
        ldr     r2, =port_stack_top
        mov     sp, r2
        bl      port_fault_report
        .size   port_fault_entry, . - port_fault_entry

        .section .text.port_semihosting, "ax"
        .global port_semihosting
        .type   port_semihosting, %function
        .thumb_func
port_semihosting:
        bkpt    0xAB
        bx      lr
        .size   port_semihosting, . - port_semihosting

        .equ    PAINT, 0xA5C35A3C

        .section .text.port_stack_paint, "ax"
        .global port_stack_paint
        .type   port_stack_paint, %function
        .thumb_func
port_stack_paint:
        ldr     r0, =port_stack_bottom
        ldr     r1, =PAINT
        mov     r2, sp
        b       2f
1:      str     r1, [r0]
        adds    r0, #4
2:      cmp     r0, r2
        blo     1b
        bx      lr
        .size   port_stack_paint, . - port_stack_paint

        .section .text.port_stack_used, "ax"
        .global port_stack_used
        .type   port_stack_used, %function
        .thumb_func
port_stack_used:
        ldr     r0, =port_stack_bottom
        ldr     r1, =PAINT
        mov     r2, sp
        b       2f
1:      ldr     r3, [r0]
        cmp     r3, r1
        bne     3f
        adds    r0, #4
2:      cmp     r0, r2
        blo     1b
3:      subs    r0, r2, r0
        bx      lr
        .size   port_stack_used, . - port_stack_used

        .section .text.port_stack_room, "ax"
        .global port_stack_room
        .type   port_stack_room, %function
        .thumb_func
port_stack_room:
        ldr     r0, =port_stack_bottom
        mov     r1, sp
        subs    r0, r1, r0
        bx      lr
        .size   port_stack_room, . - port_stack_room
