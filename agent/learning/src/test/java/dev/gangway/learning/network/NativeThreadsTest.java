package dev.gangway.learning.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class NativeThreadsTest {
    @Test
    void aNetworkUsesOneThreadUnlessTheEnvironmentSaysOtherwise() {
        String chosen = System.getenv("OMP_NUM_THREADS");
        DenseNetwork network = DenseNetwork.linear(2, 1, true, DataType.FLOAT);
        assertEquals(3, network.parameters().size());
        int expected = chosen == null ? 1 : Integer.parseInt(chosen);
        assertEquals(expected, Nd4j.factory().blas().getMaxThreads());
    }
}
