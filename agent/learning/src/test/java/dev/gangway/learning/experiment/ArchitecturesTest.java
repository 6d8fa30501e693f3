package dev.gangway.learning.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.google.protobuf.TextFormat;
import dev.gangway.environment.Box;
import dev.gangway.environment.Dict;
import dev.gangway.environment.Space;
import dev.gangway.inference.configuration.Architectures;
import dev.gangway.inference.configuration.CustomParts;
import dev.gangway.inference.configuration.FieldRules;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.provider.Providers;
import dev.gangway.v1.PolicyConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ArchitecturesTest {
    private static final int ACTIONS = 2;

    private static NetworkPlan plan(String policy, Space observations) throws TextFormat.ParseException {
        PolicyConfig.Builder config = PolicyConfig.newBuilder();
        TextFormat.merge(policy, config);
        assertEquals(List.of(), FieldRules.resolve(config));
        return Architectures.of(config.build(), CustomParts.of(Providers.onClassPath()))
                .make(observations)
                .plan(ACTIONS);
    }

    /** An image of 4 × 4, and three numbers. */
    private static Space parts() {
        Map<String, Space> parts = new LinkedHashMap<>();
        parts.put("image", Box.of(0, 1, 4, 4));
        parts.put("numbers", Box.of(0, 1, 3));
        return new Dict(parts);
    }

    @Test
    void withoutHiddenLayersAPerceptronIsLinear() throws TextFormat.ParseException {
        NetworkPlan plan = plan("mlp { no_hidden_layers: true }", Box.of(0, 1, 3));
        assertEquals(
                List.of(3, ACTIONS),
                assertInstanceOf(NetworkPlan.Dense.class, plan).sizes());
    }

    @Test
    void withoutHiddenLayersABranchIsItsConvolutionsOrNothing() throws TextFormat.ParseException {
        NetworkPlan plan = plan("""
                branched {
                  network {
                    branches { part: "image" cnn { convolutions { filters: 2 kernel: 3 } no_hidden_layers: true } }
                    branches { part: "numbers" mlp { no_hidden_layers: true } }
                    no_hidden_layers: true
                  }
                }
                """, parts());
        NetworkPlan.Sequential sequential = assertInstanceOf(NetworkPlan.Sequential.class, plan);
        List<NetworkPlan.Branch> branches =
                assertInstanceOf(NetworkPlan.Branched.class, sequential.trunk()).branches();
        assertInstanceOf(
                NetworkPlan.Convolutions.class, branches.get(0).network().orElseThrow());
        assertEquals(Optional.empty(), branches.get(1).network());
        assertEquals(
                List.of(2 * 2 * 2 + 3, ACTIONS),
                assertInstanceOf(NetworkPlan.Dense.class, sequential.head()).sizes());
    }

    @Test
    void branchesThatAllHaveNoLayersAreNoNetwork() throws TextFormat.ParseException {
        NetworkPlan plan = plan(
                "branched { network { branches { part: 'numbers' mlp { no_hidden_layers: true } } hidden: 5 } }",
                parts());
        assertEquals(
                List.of(16 + 3, 5, ACTIONS),
                assertInstanceOf(NetworkPlan.Dense.class, plan).sizes());
    }
}
