package dev.gangway.network;

/**
 * x ↦ x W + b in plain arrays.
 *
 * <p>Four inputs at a time are added to all outputs: the inner loop runs over neighbouring numbers, which the compiler
 * turns into vector instructions.
 *
 * @param inputs numbers of x
 * @param outputs numbers of the result
 * @param weights W row-major [inputs, outputs]; never written
 * @param bias b [outputs]; never written
 */
public record Affine(int inputs, int outputs, float[] weights, float[] bias) {

    /** Reads W and then, where there is one, b from a parameter vector. */
    static Affine of(int inputs, int outputs, boolean biased, double[] parameters, int from) {
        float[] weights = floats(parameters, from, inputs * outputs);
        float[] bias = biased ? floats(parameters, from + weights.length, outputs) : new float[outputs];
        return new Affine(inputs, outputs, weights, bias);
    }

    private static float[] floats(double[] values, int from, int count) {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = (float) values[from + i];
        }
        return floats;
    }

    /** Reads x from {@code offset} on and writes the result from {@code to} on. */
    void apply(float[] x, int offset, float[] target, int to) {
        System.arraycopy(bias, 0, target, to, outputs);
        int i = 0;
        for (; i + 4 <= inputs; i += 4) {
            addFour(target, to, i * outputs, x[offset + i], x[offset + i + 1], x[offset + i + 2], x[offset + i + 3]);
        }
        for (; i < inputs; i++) {
            addOne(target, to, i * outputs, x[offset + i]);
        }
    }

    private void addFour(float[] target, int to, int at, float x0, float x1, float x2, float x3) {
        float[] w = weights;
        int at1 = at + outputs;
        int at2 = at1 + outputs;
        int at3 = at2 + outputs;
        for (int o = 0; o < outputs; o++) {
            target[to + o] += x0 * w[at + o] + x1 * w[at1 + o] + x2 * w[at2 + o] + x3 * w[at3 + o];
        }
    }

    private void addOne(float[] target, int to, int at, float x) {
        float[] w = weights;
        for (int o = 0; o < outputs; o++) {
            target[to + o] += x * w[at + o];
        }
    }
}
