/* errno for libm, whose own would bring the C library's block of state (a kilobyte of RAM) into the image. */

int *__errno(void);

int *__errno(void) {
    static int number;
    return &number;
}
