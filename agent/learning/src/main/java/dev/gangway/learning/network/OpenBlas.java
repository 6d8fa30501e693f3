package dev.gangway.learning.network;

import org.bytedeco.openblas.presets.openblas_nolapack;

/**
 * The native library that multiplies matrices, and how many threads it uses: one, unless the environment variable
 * {@code OMP_NUM_THREADS} says otherwise.
 *
 * <p>The count is a setting of the process. Another count gives other last bits, so a count that followed the machine
 * would make results depend on it. And its threads wait for each other by spinning: when something else wants a core,
 * such as the environments being trained on, two threads were measured ten times slower than one.
 */
public final class OpenBlas {
    private OpenBlas() {}

    /**
     * Loads the library, which takes about a tenth of a second the first time, and settles its number of threads. Networks
     * call it themselves; a program may call it earlier, while it waits for something else.
     */
    public static void load() {
        if (System.getenv("OMP_NUM_THREADS") == null) {
            openblas_nolapack.blas_set_num_threads(1);
        } else {
            openblas_nolapack.blas_get_num_threads();
        }
    }
}
