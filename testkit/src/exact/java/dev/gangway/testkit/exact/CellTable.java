package dev.gangway.testkit.exact;

import dev.gangway.inference.network.Layer;
import dev.gangway.inference.network.Network;
import dev.gangway.inference.network.NetworkPlan;
import dev.gangway.inference.network.ParameterVector;
import dev.gangway.inference.network.Precision;
import dev.gangway.learning.network.Layers;
import java.util.Random;

/**
 * A row of numbers for each cell of a {@link FiniteMdp}: the library's linear network on the one-hot of a feature that is the
 * cell's number. A feature that is no cell's number has no one, and so a row of zeros.
 */
public record CellTable(Layer table) implements Network {

    /** Returns the table of these numbers, shape [cells, actions]. */
    public static CellTable of(int cells, int actions, double[] theta) {
        Layer table = Layers.of(new NetworkPlan.Linear(cells, actions, false), new Random(0), Precision.DOUBLE);
        table.parameters().assign(theta);
        return new CellTable(table);
    }

    @Override
    public int inputSize() {
        return 1;
    }

    @Override
    public int outputSize() {
        return table.outputSize();
    }

    @Override
    public ParameterVector parameters() {
        return table.parameters();
    }

    @Override
    public Forward forward(double[] features) {
        int cells = table.inputSize();
        double[] oneHots = new double[features.length * cells];
        for (int i = 0; i < features.length; i++) {
            if (features[i] >= 0 && features[i] < cells) {
                oneHots[i * cells + (int) features[i]] = 1;
            }
        }
        return table.forward(oneHots);
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        throw new UnsupportedOperationException("Expected learning only, found a call for acting");
    }

    @Override
    public Network snapshot() {
        throw new UnsupportedOperationException("Expected learning only, found a snapshot for acting");
    }
}
