package dev.gangway.learning.network;

import java.util.Arrays;
import java.util.stream.IntStream;

/** A frozen network with more outputs that are the same for every row; see {@link AppendedOutputs}. */
public final class AppendedSnapshot implements NetworkSnapshot {
    private final NetworkSnapshot network;
    private final int[] columns;
    private final int[] ownColumns;
    private final float[] appended;

    /**
     * Joins the two.
     *
     * @param columns which outputs are the same for every row, ascending; copied
     * @param appended what they are; copied
     */
    public AppendedSnapshot(NetworkSnapshot network, int[] columns, float[] appended) {
        this.network = network;
        this.columns = columns.clone();
        this.ownColumns = others(columns, network.outputSize());
        this.appended = appended.clone();
    }

    /** Returns the network without the appended outputs. */
    public NetworkSnapshot network() {
        return network;
    }

    /** Returns a copy of the appended outputs. */
    public float[] appended() {
        return appended.clone();
    }

    @Override
    public int inputSize() {
        return network.inputSize();
    }

    @Override
    public int outputSize() {
        return network.outputSize() + appended.length;
    }

    @Override
    public void forward(float[] features, int rows, float[] outputs) {
        int width = network.outputSize();
        float[] own = new float[rows * width];
        network.forward(features, rows, own);
        for (int row = 0; row < rows; row++) {
            int at = row * outputSize();
            for (int i = 0; i < width; i++) {
                outputs[at + ownColumns[i]] = own[row * width + i];
            }
            for (int i = 0; i < appended.length; i++) {
                outputs[at + columns[i]] = appended[i];
            }
        }
    }

    /** Returns the {@code count} smallest numbers from 0 on that {@code columns} lacks. */
    static int[] others(int[] columns, int count) {
        return IntStream.range(0, columns.length + count)
                .filter(column -> Arrays.binarySearch(columns, column) < 0)
                .toArray();
    }
}
