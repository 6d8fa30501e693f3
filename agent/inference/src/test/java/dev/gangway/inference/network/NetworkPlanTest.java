package dev.gangway.inference.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {
    private static final NetworkPlan PLAN =
            new NetworkPlan.Dense(List.of(2, 2), Activation.TANH, false, new Gains(1, 1));

    @Test
    void aNetworkCanBeMadeFromParametersAlone() {
        Layer network = PLAN.frozen(new double[] {1, 2, 3, 4, 0.5, -0.5});
        float[] outputs = new float[2];
        network.forward(new float[] {10, 100}, 1, outputs);
        assertArrayEquals(new float[] {310.5f, 419.5f}, outputs);
    }

    @Test
    void frozenParametersAreNotWrittenTo() {
        Layer network = PLAN.frozen(new double[6]);
        String message = assertThrows(
                        IllegalStateException.class, () -> network.parameters().assign(new double[6]))
                .getMessage();
        assertEquals("Expected live parameters to write to, found frozen ones", message);
    }

    @Test
    void aNetworkOverLiveParametersFollowsThem() {
        ParameterVector live = ParameterVector.zeros(PLAN.layout(), Precision.FLOAT);
        Layer network = PLAN.over(live, Kernel.PLAIN_LOOPS);
        Layer frozen = network.snapshot();
        live.assign(new double[] {1, 2, 3, 4, 0.5, -0.5});
        float[] outputs = new float[2];
        network.forward(new float[] {10, 100}, 1, outputs);
        assertArrayEquals(new float[] {310.5f, 419.5f}, outputs);
        frozen.forward(new float[] {10, 100}, 1, outputs);
        assertArrayEquals(new float[2], outputs);
    }

    @Test
    void aHeadForAnotherTrunkIsRefused() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> new NetworkPlan.Sequential(PLAN, new NetworkPlan.Linear(3, 1, true)))
                .getMessage();
        assertTrue(message.contains("trunk's 2 outputs, found one for 3"), message);
    }
}
