package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.junit.jupiter.api.Test;

class OpenBlasTest {
    @Test
    void matrixProductsUseOneThreadUnlessTheEnvironmentSaysOtherwise() {
        String chosen = System.getenv("OMP_NUM_THREADS");
        new NativeMatrix(1, 1);
        int found = openblas_nolapack.blas_get_num_threads(); // −1 until somebody sets it
        int expected = chosen == null ? 1 : Integer.parseInt(chosen);
        assertTrue(found == expected || (chosen != null && found == -1), "threads: " + found);
    }
}
