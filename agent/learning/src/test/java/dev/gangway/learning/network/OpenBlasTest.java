package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.bytedeco.openblas.presets.openblas_nolapack;
import org.junit.jupiter.api.Test;

class OpenBlasTest {
    @Test
    void matrixProductsUseOneThreadUnlessTheEnvironmentSaysOtherwise() {
        String chosen = System.getenv("OMP_NUM_THREADS");
        new NativeMatrix(1, 1);
        int untouched = -1; // the library reads the environment itself
        assertEquals(chosen == null ? 1 : untouched, openblas_nolapack.blas_get_num_threads());
    }
}
