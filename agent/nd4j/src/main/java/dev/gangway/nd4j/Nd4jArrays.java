package dev.gangway.nd4j;

import dev.gangway.environment.DType;
import dev.gangway.environment.Tensor;
import dev.gangway.inference.network.ParameterLayout;
import dev.gangway.inference.network.ParameterVector;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Gangway's tensors, batches and parameters as ND4J's arrays, and back. What lies in native memory is shared, and what lies in a
 * Java array is copied once. Row-major throughout.
 */
public final class Nd4jArrays {
    static {
        Nd4jLibrary.load();
    }

    private Nd4jArrays() {}

    /**
     * Returns a tensor's elements as an array of the same type and shape.
     *
     * @return a view if the tensor's bytes lie in native memory, as {@link Tensor#wrap} leaves those of a direct buffer, and else
     *     a copy; a view must not be written to, because tensors are immutable
     */
    public static INDArray of(Tensor tensor) {
        ByteBuffer bytes = tensor.bytes();
        DataType type = type(tensor.dtype());
        long[] shape = Arrays.stream(tensor.shape()).asLongStream().toArray();
        if (tensor.size() == 0) {
            return Nd4j.create(type, shape);
        }
        if (!bytes.isDirect()) {
            ByteBuffer copy = ByteBuffer.allocateDirect(bytes.remaining()).order(ByteOrder.nativeOrder());
            bytes = copy.put(bytes).flip();
        }
        return view(new BytePointer(bytes), tensor.size(), type, shape);
    }

    /**
     * Returns a copy of floats, such as the features or rewards of a batch.
     *
     * @param shape whose product is the number of values
     */
    public static INDArray of(float[] values, long... shape) {
        return Nd4j.createFromArray(values).reshape(shape);
    }

    /**
     * Returns one array of FLOAT parameters.
     *
     * @return a view of live parameters, through which they can be changed, and a copy of frozen ones
     * @throws IllegalArgumentException when there is none of this name
     */
    public static INDArray of(ParameterVector parameters, String name) {
        ParameterLayout.Slot slot = parameters.layout().slot(name);
        long[] shape = slot.shape().stream().mapToLong(Long::longValue).toArray();
        FloatBuffer all = parameters.floats();
        FloatBuffer own = all.slice(Math.toIntExact(slot.offset()), Math.toIntExact(slot.size()));
        if (own.isDirect()) {
            return view(new FloatPointer(own), slot.size(), DataType.FLOAT, shape);
        }
        float[] copy = new float[own.capacity()];
        own.get(0, copy);
        return of(copy, shape);
    }

    private static INDArray view(Pointer memory, long size, DataType type, long[] shape) {
        return Nd4j.create(Nd4j.createBuffer(memory, size, type), shape, Nd4j.getStrides(shape, 'c'), 0, 'c', type);
    }

    /**
     * Returns an array as a tensor of the same type and shape.
     *
     * @return a view if the array is row-major without gaps, and else a copy; the array must not be changed or closed while a
     *     view is in use
     * @throws IllegalArgumentException when tensors have no such type
     */
    public static Tensor tensor(INDArray array) {
        INDArray dense = isDense(array) ? array : array.dup('c');
        int[] shape = Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
        DType dtype = dtype(array.dataType());
        if (array.isEmpty()) {
            return Tensor.wrap(dtype, shape, ByteBuffer.allocate(0));
        }
        int bytes = Math.toIntExact(dense.length() * dtype.itemSize());
        return Tensor.wrap(dtype, shape, memory(dense).slice(0, bytes));
    }

    private static boolean isDense(INDArray array) {
        return array.ordering() == 'c' && !array.isView();
    }

    /** Returns the memory of an array without gaps, from its first number on, in the processor's byte order. */
    static ByteBuffer memory(INDArray array) {
        ByteBuffer all = array.data().asNio();
        int from = Math.toIntExact(array.offset() * array.dataType().width());
        return all.slice(from, all.capacity() - from).order(ByteOrder.nativeOrder());
    }

    private static DataType type(DType dtype) {
        return switch (dtype) {
            case BOOL -> DataType.BOOL;
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case UINT8 -> DataType.UINT8;
            case UINT16 -> DataType.UINT16;
            case UINT32 -> DataType.UINT32;
            case UINT64 -> DataType.UINT64;
            case FLOAT16 -> DataType.FLOAT16;
            case FLOAT32 -> DataType.FLOAT;
            case FLOAT64 -> DataType.DOUBLE;
        };
    }

    private static DType dtype(DataType type) {
        for (DType dtype : DType.values()) {
            if (type(dtype) == type) {
                return dtype;
            }
        }
        throw new IllegalArgumentException("Expected numbers or booleans, found an array of type " + type);
    }
}
