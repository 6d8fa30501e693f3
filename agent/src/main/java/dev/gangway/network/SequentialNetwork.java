package dev.gangway.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A trunk and a head on its outputs: head(trunk(x)). Parameters: {@code trunk.…}, then {@code head.…}.
 */
public final class SequentialNetwork implements Layer {
    private final Layer trunk;
    private final Layer head;
    private final ParameterVector parameters;
    private final Buffers buffers;

    private SequentialNetwork(Layer trunk, Layer head, ParameterVector parameters) {
        this.trunk = trunk;
        this.head = head;
        this.parameters = parameters;
        buffers = new Buffers(parameters.dataType());
    }

    /**
     * Joins the two, whose parameters are copied.
     *
     * @throws IllegalArgumentException when the head does not take as many features as the trunk puts out
     */
    public static SequentialNetwork of(Layer trunk, Layer head) {
        if (trunk.outputSize() != head.inputSize()) {
            throw new IllegalArgumentException("Expected a head for the trunk's " + trunk.outputSize()
                    + " outputs, found one for " + head.inputSize());
        }
        Map<String, ParameterVector> parts = new LinkedHashMap<>();
        parts.put("trunk.", trunk.parameters());
        parts.put("head.", head.parameters());
        return on(trunk, head, ParameterVector.join(parts));
    }

    private static SequentialNetwork on(Layer trunk, Layer head, ParameterVector parameters) {
        List<ParameterVector> parts = parameters.split(List.of(trunk.parameters(), head.parameters()));
        return new SequentialNetwork(trunk.over(parts.get(0)), head.over(parts.get(1)), parameters);
    }

    @Override
    public SequentialNetwork over(ParameterVector elsewhere) {
        return on(trunk, head, elsewhere);
    }

    @Override
    public int inputSize() {
        return trunk.inputSize();
    }

    @Override
    public int outputSize() {
        return head.outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return parameters;
    }

    @Override
    public Pass forward(INDArray features) {
        Pass below = trunk.forward(features);
        return new SequentialPass(below, head.forward(below.output()));
    }

    @Override
    public NetworkSnapshot snapshot() {
        return new SequentialSnapshot(trunk.snapshot(), head.snapshot());
    }

    private final class SequentialPass implements Pass {
        private final Pass below;
        private final Pass above;

        SequentialPass(Pass below, Pass above) {
            this.below = below;
            this.above = above;
        }

        @Override
        public INDArray output() {
            return above.output();
        }

        @Override
        public INDArray backward(INDArray outputGradient) {
            return backward(outputGradient, below::backward);
        }

        @Override
        public INDArray backward(INDArray outputGradient, INDArray featureGradient) {
            return backward(outputGradient, between -> below.backward(between, featureGradient));
        }

        private INDArray backward(INDArray outputGradient, UnaryOperator<INDArray> throughTrunk) {
            INDArray between = buffers.take(trunk.outputSize(), outputGradient.size(0));
            try (INDArray ofHead = above.backward(outputGradient, between.transpose());
                    INDArray ofTrunk = throughTrunk.apply(between.transpose())) {
                return Nd4j.concat(0, ofTrunk, ofHead);
            } finally {
                buffers.give(between);
            }
        }

        @Override
        public void close() {
            above.close();
            below.close();
        }
    }
}
