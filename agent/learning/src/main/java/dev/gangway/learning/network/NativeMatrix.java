package dev.gangway.learning.network;

import dev.gangway.inference.network.Activation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.openblas.global.openblas_nolapack;

/**
 * A row-major matrix in single precision in native memory, where OpenBLAS multiplies it, and an array of the same numbers, where
 * Java's compiler makes vector instructions of loops. The two are copied to each other on demand. Each row has a number
 * more than the matrix has columns.
 *
 * <p>The products are those of OpenBLAS: on 128 rows of 64 numbers 130 GFLOP/s, where Java's compiler
 * makes 17 of a loop, on a processor with AVX-512.
 */
final class NativeMatrix {
    private static final int ROW_MAJOR = openblas_nolapack.CblasRowMajor;
    private static final int PLAIN = openblas_nolapack.CblasNoTrans;
    private static final int TRANSPOSED = openblas_nolapack.CblasTrans;

    static {
        OpenBlas.load();
    }

    private final int columns;
    private final float[] numbers;
    private final FloatBuffer memory;

    /** Makes one of so many rows, whose last number, behind the columns, is 1. */
    NativeMatrix(int rows, int columns) {
        this.columns = columns;
        numbers = new float[rows * stride()];
        memory = allocate(numbers.length);
        for (int row = 0; row < rows; row++) {
            numbers[row * stride() + columns] = 1;
        }
        store(rows);
    }

    /** Returns native memory for so many numbers, 0. */
    static FloatBuffer allocate(int count) {
        return ByteBuffer.allocateDirect(Math.multiplyExact(count, Float.BYTES))
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    /** Returns numbers in native memory: as they are if they lie there, else a copy. */
    static FloatBuffer direct(FloatBuffer numbers) {
        return numbers.isDirect() ? numbers : allocate(numbers.capacity()).put(0, numbers, 0, numbers.capacity());
    }

    /** Returns the numbers of a row and the 1 behind them. */
    private int stride() {
        return columns + 1;
    }

    /** Overwrites the first rows in both places with rows of a matrix without gaps. */
    void read(float[] matrix, int from, int rows) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(matrix, (from + row) * columns, numbers, row * stride(), columns);
        }
        store(rows);
    }

    /** Writes the first rows, as they are in the array, over rows of a matrix without gaps. */
    void write(float[] matrix, int from, int rows) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(numbers, row * stride(), matrix, (from + row) * columns, columns);
        }
    }

    /** Copies the first rows from native memory to the array. */
    void load(int rows) {
        memory.get(0, numbers, 0, rows * stride());
    }

    private void store(int rows) {
        memory.put(0, numbers, 0, rows * stride());
    }

    /** Replaces the first rows of the array by φ of what native memory holds, and stores them. */
    void activate(Activation activation, int rows) {
        load(rows);
        activation.apply(numbers, rows * stride());
        for (int row = 0; row < rows; row++) {
            numbers[row * stride() + columns] = 1;
        }
        store(rows);
    }

    /** Multiplies the first rows by φ′ at φ = {@code activated}, in both places. */
    void timesDerivative(Activation activation, NativeMatrix activated, int rows) {
        load(rows);
        activation.timesDerivative(numbers, activated.numbers, rows * stride());
        store(rows);
    }

    /** {@code this} ← (x 1) W in native memory, W of x's columns + 1 rows: weights, and behind them the bias. */
    void multiply(NativeMatrix x, FloatBuffer weights, int rows) {
        openblas_nolapack.cblas_sgemm(
                ROW_MAJOR,
                PLAIN,
                PLAIN,
                rows,
                columns,
                x.stride(),
                1,
                x.memory,
                x.stride(),
                weights,
                columns,
                0,
                memory,
                stride());
    }

    /** {@code this} ← {@code this} + x W in native memory, without the bias behind W's rows. */
    void addProductOf(NativeMatrix x, FloatBuffer weights, int rows) {
        openblas_nolapack.cblas_sgemm(
                ROW_MAJOR,
                PLAIN,
                PLAIN,
                rows,
                columns,
                x.columns,
                1,
                x.memory,
                x.stride(),
                weights,
                columns,
                1,
                memory,
                stride());
    }

    /** {@code this} ← δ Wᵀ in native memory, without the bias. */
    void multiplyTransposed(NativeMatrix delta, FloatBuffer weights, int rows) {
        openblas_nolapack.cblas_sgemm(
                ROW_MAJOR,
                PLAIN,
                TRANSPOSED,
                rows,
                columns,
                delta.columns,
                1,
                delta.memory,
                delta.stride(),
                weights,
                delta.columns,
                0,
                memory,
                stride());
    }

    /** {@code sum} ← {@code sum} + ({@code this} 1)ᵀ δ. */
    void addProduct(NativeMatrix delta, FloatBuffer sum, int rows) {
        openblas_nolapack.cblas_sgemm(
                ROW_MAJOR,
                TRANSPOSED,
                PLAIN,
                stride(),
                delta.columns,
                rows,
                1,
                memory,
                stride(),
                delta.memory,
                delta.stride(),
                1,
                sum,
                delta.columns);
    }
}
