/* Reset, trap entry and the other few things that C cannot say. RV32I with the C extension, machine mode. */

        .option arch, +zicsr            /* every core with machine mode has it, also where -march leaves it unsaid */

        .section .vectors, "ax"
        .balign 4
        .global port_vectors
port_vectors:
        j       port_reset              /* the machine starts at the first address of its memory */

        .section .text.port_reset, "ax"
        .global port_reset
        .type   port_reset, @function
port_reset:
        csrw    mie, zero
        la      sp, port_stack_top
        la      t0, port_fault_entry
        csrw    mtvec, t0

        la      t0, port_data_start
        la      t1, port_data_end
        la      t2, port_data_load
        j       2f
1:      lw      t3, 0(t2)
        sw      t3, 0(t0)
        addi    t0, t0, 4
        addi    t2, t2, 4
2:      bltu    t0, t1, 1b

        la      t4, port_copies_start   /* start, end and load address of what lies in further regions */
        la      t5, port_copies_end
        j       4f
1:      lw      t0, 0(t4)
        lw      t1, 4(t4)
        lw      t2, 8(t4)
        addi    t4, t4, 12
        j       3f
2:      lw      t3, 0(t2)
        sw      t3, 0(t0)
        addi    t0, t0, 4
        addi    t2, t2, 4
3:      bltu    t0, t1, 2b
4:      bltu    t4, t5, 1b

        la      t0, port_bss_start
        la      t1, port_bss_end
        j       2f
1:      sw      zero, 0(t0)
        addi    t0, t0, 4
2:      bltu    t0, t1, 1b

        call    main
        call    port_exit
        .size   port_reset, . - port_reset

/* The stack may be what failed: report on a fresh one. */
        .section .text.port_fault_entry, "ax"
        .balign 4                       /* mtvec's low bits are its mode */
        .global port_fault_entry
        .type   port_fault_entry, @function
port_fault_entry:
        mv      a0, sp
        csrr    a1, mcause
        csrr    a2, mepc
        csrr    a3, mtval
        mv      a4, ra
        la      sp, port_stack_top
        call    port_fault_report
        .size   port_fault_entry, . - port_fault_entry

/* Three uncompressed instructions in a row, not across a page, are a request to the host. */
        .section .text.port_semihosting, "ax"
        .balign 16
        .global port_semihosting
        .type   port_semihosting, @function
port_semihosting:
        .option push
        .option norvc
        slli    zero, zero, 0x1f
        ebreak
        srai    zero, zero, 7
        .option pop
        ret
        .size   port_semihosting, . - port_semihosting

        .equ    PAINT, 0xA5C35A3C

        .section .text.port_stack_paint, "ax"
        .global port_stack_paint
        .type   port_stack_paint, @function
port_stack_paint:
        la      t0, port_stack_bottom
        li      t1, PAINT
        j       2f
1:      sw      t1, 0(t0)
        addi    t0, t0, 4
2:      bltu    t0, sp, 1b
        ret
        .size   port_stack_paint, . - port_stack_paint

        .section .text.port_stack_used, "ax"
        .global port_stack_used
        .type   port_stack_used, @function
port_stack_used:
        la      t0, port_stack_bottom
        li      t1, PAINT
        j       2f
1:      lw      t2, 0(t0)
        bne     t2, t1, 3f
        addi    t0, t0, 4
2:      bltu    t0, sp, 1b
3:      sub     a0, sp, t0
        ret
        .size   port_stack_used, . - port_stack_used

        .section .text.port_stack_room, "ax"
        .global port_stack_room
        .type   port_stack_room, @function
port_stack_room:
        la      t0, port_stack_bottom
        sub     a0, sp, t0
        ret
        .size   port_stack_room, . - port_stack_room
