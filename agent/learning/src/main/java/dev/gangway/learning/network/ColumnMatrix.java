package dev.gangway.learning.network;

import dev.gangway.inference.network.Activation;
import java.nio.FloatBuffer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * A column-major matrix in single precision in native memory, where OpenBLAS multiplies it.
 *
 * @param memory rows · columns numbers, one column after the other
 * @param rows of the matrix
 * @param columns of the matrix
 */
record ColumnMatrix(FloatBuffer memory, int rows, int columns) {
    private static final int COLUMN_MAJOR = openblas_nolapack.CblasColMajor;
    private static final int PLAIN = openblas_nolapack.CblasNoTrans;
    private static final int TRANSPOSED = openblas_nolapack.CblasTrans;

    /** Numbers that an elementwise function is applied to at a time; they fit into a processor's first cache. */
    private static final int BLOCK = 4096;

    static {
        OpenBlas.load();
    }

    /** {@code this} ← α a b + β {@code this}. */
    void multiply(double alpha, ColumnMatrix a, ColumnMatrix b, double beta) {
        product(PLAIN, PLAIN, a.columns, alpha, a, b, beta);
    }

    /** {@code this} ← α aᵀ b + β {@code this}. */
    void multiplyTransposed(double alpha, ColumnMatrix a, ColumnMatrix b, double beta) {
        product(TRANSPOSED, PLAIN, a.rows, alpha, a, b, beta);
    }

    /** {@code this} ← α a bᵀ + β {@code this}. */
    void multiplyByTransposed(double alpha, ColumnMatrix a, ColumnMatrix b, double beta) {
        product(PLAIN, TRANSPOSED, a.columns, alpha, a, b, beta);
    }

    private void product(
            int formOfA, int formOfB, int inner, double alpha, ColumnMatrix a, ColumnMatrix b, double beta) {
        openblas_nolapack.cblas_sgemm(
                COLUMN_MAJOR,
                formOfA,
                formOfB,
                rows,
                columns,
                inner,
                (float) alpha,
                a.memory,
                a.rows,
                b.memory,
                b.rows,
                (float) beta,
                memory,
                rows);
    }

    /** Overwrites every column with the same numbers. */
    void fillColumns(FloatBuffer column) {
        int repeats = Math.min(columns, Math.max(1, BLOCK / rows));
        float[] block = new float[repeats * rows];
        for (int i = 0; i < repeats; i++) {
            column.get(0, block, i * rows, rows);
        }
        for (int at = 0; at < size(); at += block.length) {
            memory.put(at, block, 0, Math.min(block.length, size() - at));
        }
    }

    /** Replaces every number x by φ(x). */
    void activate(Activation activation) {
        float[] block = new float[Math.min(BLOCK, size())];
        for (int at = 0; at < size(); at += block.length) {
            int count = Math.min(block.length, size() - at);
            memory.get(at, block, 0, count);
            activation.apply(block, count);
            memory.put(at, block, 0, count);
        }
    }

    /** Multiplies every number by φ′ at φ = {@code activated}. */
    void timesDerivative(Activation activation, ColumnMatrix activated) {
        float[] block = new float[Math.min(BLOCK, size())];
        float[] values = new float[block.length];
        for (int at = 0; at < size(); at += block.length) {
            int count = Math.min(block.length, size() - at);
            memory.get(at, block, 0, count);
            activated.memory.get(at, values, 0, count);
            activation.timesDerivative(block, values, count);
            memory.put(at, block, 0, count);
        }
    }

    /** Overwrites all numbers, in the order of memory, by those of an array from an index on. */
    void read(double[] source, int from) {
        float[] numbers = new float[size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) source[from + i];
        }
        memory.put(0, numbers);
    }

    /** Copies all numbers, in the order of memory, over those of an array from an index on. */
    void write(double[] target, int to) {
        float[] numbers = new float[size()];
        memory.get(0, numbers);
        for (int i = 0; i < numbers.length; i++) {
            target[to + i] = numbers[i];
        }
    }

    private int size() {
        return rows * columns;
    }
}
