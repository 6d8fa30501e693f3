package dev.gangway.learning.network;

/** A network frozen into plain arrays: immutable, thread-safe, quick on small batches, and without ND4J. */
public interface NetworkSnapshot {

    /** Returns D, features per row. */
    int inputSize();

    /** Returns K, outputs per row. */
    int outputSize();

    /**
     * Evaluates the network.
     *
     * @param features at least rows · D numbers, row-major
     * @param rows number of rows
     * @param outputs receives rows · K numbers, row-major
     * @throws IndexOutOfBoundsException when an array is too short
     */
    void forward(float[] features, int rows, float[] outputs);
}
