package dev.gangway.network;

/** A frozen network with outputs appended that are the same for every row; see {@link AppendedOutputs}. */
public final class AppendedSnapshot implements NetworkSnapshot {
    private final NetworkSnapshot network;
    private final float[] appended;

    /**
     * Joins the two.
     *
     * @param appended the last outputs of every row; copied
     */
    public AppendedSnapshot(NetworkSnapshot network, float[] appended) {
        this.network = network;
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
            System.arraycopy(own, row * width, outputs, row * outputSize(), width);
            System.arraycopy(appended, 0, outputs, row * outputSize() + width, appended.length);
        }
    }
}
