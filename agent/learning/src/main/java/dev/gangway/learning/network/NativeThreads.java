package dev.gangway.learning.network;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * How many threads ND4J uses: one, unless the environment variable {@code OMP_NUM_THREADS} says otherwise.
 *
 * <p>The count is a setting of the process. Another count gives other last bits, so a count that followed the machine
 * would make results depend on it. And its threads wait for each other by spinning: when something else wants a core,
 * such as the environments being trained on, two threads were measured ten times slower than one.
 */
final class NativeThreads {
    private NativeThreads() {}

    /** Applies the rule; doing so again changes nothing. */
    static void settle() {
        if (System.getenv("OMP_NUM_THREADS") == null) {
            Nd4j.getEnvironment().setMaxThreads(1);
            Nd4j.getEnvironment().setMaxMasterThreads(1);
            Nd4j.factory().blas().setMaxThreads(1);
            NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
        }
    }
}
