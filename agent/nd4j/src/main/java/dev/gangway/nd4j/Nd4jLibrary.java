package dev.gangway.nd4j;

import dev.gangway.learning.network.OpenBlas;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Loads ND4J's native libraries, and leaves the process's other settings as they were.
 *
 * <p>ND4J shares OpenBLAS with Gangway, and sets the number of its threads as it loads. That number is put back to what
 * {@link OpenBlas} says, because results depend on it. How many threads ND4J itself uses is its own default, which the environment variable {@code OMP_NUM_THREADS}
 * changes.
 */
final class Nd4jLibrary {
    private Nd4jLibrary() {}

    /** Loads the libraries; doing so again changes nothing. */
    static synchronized void load() {
        Nd4j.getBackend();
        Nd4j.factory().blas();
        OpenBlas.load();
    }
}
